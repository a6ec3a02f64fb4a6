/** Every stack of this project, planned as somebody would who has none of the hardware. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { assumedContext, openHostForPlan } from "../../infra/hosts/assumed.ts";
import { type DeclaredHost, declaredAccelerator, declaredFacts } from "../../infra/hosts/declared.ts";
import { listStacks } from "../../infra/load.ts";
import { offersOn } from "../../infra/offers.ts";
import { checkHost, parseStack, type Stack } from "../../infra/stack.ts";
import { projectDir } from "../../infra/toolchain/paths.ts";
import { planCells } from "../campaign/plan.ts";
import quickstart from "../specs/quickstart.ts";
import { findWorkload } from "../workloads/index.ts";

/** The file alone: what somebody configured on this machine is not part of it. */
async function stackOf(name: string): Promise<Stack> {
  const { default: declaration } = await import(pathToFileURL(join(projectDir(), "stacks", `${name}.ts`)).href);
  return parseStack(name, declaration);
}

/** The quick start on the host as declared, driven by a machine like it: a line for each label, and for each guest that is left out. */
function planOf(stack: Stack, host = openHostForPlan(stack)) {
  checkHost(stack, host.context.facts);
  const builder = host.architecture === "arm64" ? "arm64" : "amd64";
  const guests = offersOn(stack, { ...host, builder });
  const { cells, skipped } = planCells([quickstart], guests, findWorkload);
  const labels = [...new Set(cells.map(({ label }) => label))];
  const left = Object.entries(guests).filter(([, { unavailable }]) => unavailable !== null);
  return {
    host,
    guests,
    planned: cells.length + skipped.length,
    lines: [
      ...labels.map((label) => {
        const on = cells.filter((cell) => cell.label === label);
        return `${label}: ${on.map(({ guest }) => guest).join(" ")}`;
      }),
      ...left.map(([name, { unavailable }]) => `without ${name}: ${unavailable}`),
    ],
  };
}

const stacks = await Promise.all(listStacks().map(stackOf));
const studies = stacks.filter(({ name }) => /^(raho2015|nfvrg2016|acharya2018|mavridis2019)/.test(name));
const large: DeclaredHost = {
  ...{ architecture: "x86_64", cpus: 64, memoryMiB: 262_144, accelerator: "kvm", notes: [] },
};

test("there is a testbed for every study, on each of its hypervisors and processors", () => {
  expect(studies.map(({ name }) => name)).toEqual([
    ...["acharya2018-armv8", "acharya2018-x86", "mavridis2019"],
    ...["nfvrg2016-kvm", "nfvrg2016-xen", "raho2015-kvm", "raho2015-xen"],
  ]);
});

test.each(stacks.map((stack): [string, Stack] => [stack.name, stack]))("%s plans on a large host", (_, stack) => {
  const context = assumedContext(stack, declaredFacts(stack.name, large), declaredAccelerator(large), "a test");
  const { planned } = planOf(stack, { context, architecture: large.architecture, assumed: "a test" });
  expect(planned).toBe(Object.keys(stack.guests).length * quickstart.workloads.length);
});

describe.each(studies.map((stack): [string, Stack] => [stack.name, stack]))("%s", (_, stack) => {
  test("says what it is, and what its ratios are taken to", () => {
    expect(stack.description).toMatch(new RegExp(`^${stack.name.split("-")[0]}: `));
    expect(Object.keys(stack.guests)).toContain(stack.baseline);
  });

  test("is reached by an address that is set elsewhere", () => {
    expect(stack.host.access).toEqual({ type: "ssh", user: "root" });
    expect(planOf(stack).host.assumed).toBe("no address is set");
  });

  test("has one CPU for each guest, and 1 GiB where it is Linux", () => {
    for (const guest of Object.values(stack.guests)) expect(guest.vcpus).toBe(1);
    for (const guest of Object.values(stack.guests).filter(({ image }) => image !== "minios"))
      expect(guest.memoryMiB).toBe(1024);
  });

  test("plans without the hardware: every guest runs, or says why not", () => {
    const { guests, planned, lines } = planOf(stack);
    expect(planned).toBe(Object.keys(stack.guests).length * quickstart.workloads.length);
    for (const { capabilities, unavailable } of Object.values(guests)) {
      if (unavailable === null) expect(capabilities).toContain("network");
      else expect(unavailable).not.toBe("");
    }
    expect(lines).toMatchSnapshot();
  });
});
