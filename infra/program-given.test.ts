/** What libvirt is told of each type of image that a user gives, as mavridis2019 and nfvrg2016 ran them: one CPU, 1 GiB. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { elfOf, kernelOf } from "./artefacts/test-files.ts";
import type { HostFacts } from "./hosts/probe.ts";
import type { Outputs } from "./outputs.ts";
import { type ProgramRun, startMocks, writeStack } from "./program-fixture.ts";

vi.mock(import("./hosts/probe.ts"), async (original) => {
  const { declaredFacts } = await import("./hosts/declared.ts");
  const facts = declaredFacts("testbed", {
    ...{ architecture: "x86_64", cpus: 2, memoryMiB: 8192, accelerator: "kvm", notes: [] },
  });
  return { ...(await original()), probeHost: (): HostFacts => facts, probeGenerations: () => () => "first" };
});
vi.mock("./hosts/accelerator.ts", () => ({ accelerator: () => ({ name: "kvm", reason: "a guest booted" }) }));

const dir = mkdtempSync(join(tmpdir(), "program-given-"));
const name = `unittest-given-${process.pid}`;

function artefact(file: string, content: Buffer): { file: string; sha256: string } {
  writeFileSync(join(dir, file), content);
  return { file: join(dir, file), sha256: createHash("sha256").update(content).digest("hex") };
}

const elf = artefact("elf", elfOf(62));
const loader = artefact("loader", elfOf(3));
const kernel = artefact("kernel", kernelOf(1));
const other = artefact("other", Buffer.from("a disk or an initrd"));
const images = {
  osv: { type: "osv", application: "iperf", kernel: elf, disk: other, command: ["/tools/iperf", "-s"] },
  rumprun: { type: "rumprun", application: "mysql", kernel: loader, command: ["mysqld"] },
  includeos: { type: "includeos", application: "http", chainloader: loader, service: elf, arguments: ["{address}"] },
  mirageos: { type: "mirageos", application: "http", kernel: elf },
  linuxkit: { type: "linuxkit", application: "http", kernel, initrd: other, cmdline: "quiet" },
};
const types = Object.keys(images);

let made: ProgramRun;
let document: Outputs;

beforeAll(async () => {
  vi.stubEnv("GUESTBENCH_STACKS", dir);
  vi.stubEnv("GUESTBENCH_CACHE", join(dir, "cache"));
  const guests = Object.fromEntries(
    types.map((image, index) => [
      image,
      { platform: "kvm", image, address: `198.18.0.${10 + index}`, hugePages: "none" },
    ]),
  );
  const stack = { networks: { lan: { type: "tap-bridge" } }, images, guests };
  writeStack(dir, name, `export default ${JSON.stringify(stack)};`);
  made = await startMocks(name);
  document = await made.outputs();
}, 60_000);
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

/** Without what differs from one run to the next. */
const lasting = (text: string) =>
  text
    .replaceAll(name, "STACK")
    .replaceAll(dir, "/DIR")
    .replaceAll(/<uuid>.*<\/uuid>/g, "<uuid/>")
    .replaceAll(/-[0-9a-f]{16}\//g, "-KEY/");

describe.each(types)("%s", (type) => {
  test("the domain", () => {
    expect(lasting(document.guests[type]?.definition ?? "")).toMatchSnapshot();
  });

  test("is put together from the user's files, not built from a recipe", () => {
    const { create, environment } = made.named(`build-${type}`).inputs as {
      create: string;
      environment: Record<string, string>;
    };
    expect(create).toContain(`infra/images/build.ts --given ${type} && `);
    expect(JSON.parse(environment.GIVEN ?? "")).toMatchObject({ type, version: "unknown" });
  });

  test("is ready by its first reply, and has its power cut where it cannot be asked to stop", () => {
    const { access, ready, boots } = document.guests[type] ?? {};
    expect({ access, ready: ready?.type }).toEqual({ access: null, ready: "ping" });
    const stop = boots?.standard?.stop.at(-2);
    expect(stop).toBe(type === "linuxkit" ? "shutdown" : "destroy");
  });
});
