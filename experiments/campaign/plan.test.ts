import { expect, test } from "vitest";
import { ConfigError } from "../../infra/errors.ts";
import { guestsOf, type PlannedGuest, planCells } from "./plan.ts";
import { testSpec, testWorkloads } from "./test-workloads.ts";
import { testOutputs } from "./testbed.ts";

const workloads = testWorkloads(() => 1);
const find = (name: string) => {
  const workload = workloads[name];
  if (!workload) throw new ConfigError(`unknown workload "${name}"`);
  return workload;
};
const guest = (fields: Partial<PlannedGuest>): PlannedGuest => ({
  platform: "vm",
  image: "debian",
  capabilities: ["shell", "power"],
  bootProfiles: ["standard"],
  unavailable: null,
  functionalOnly: null,
  ...fields,
});

test("specs × guests: unique ids with parameters, the workload's metric, the guest's boot profile", () => {
  const plan = planCells([testSpec, testSpec], guestsOf(testOutputs()), find);
  expect(plan.cells.map((cell) => cell.id)).toMatchInlineSnapshot(`
    [
      "a.vm|test/all|size",
      "b.vm|test/all|size",
      "a.vm|test/all|start",
      "b.vm|test/all|start",
      "host|test/all|work?size=1",
      "a.vm|test/all|work?size=1",
      "b.vm|test/all|work?size=1",
      "host|test/all|work?size=2",
      "a.vm|test/all|work?size=2",
      "b.vm|test/all|work?size=2",
    ]
  `);
  expect(plan.cells[2]).toMatchObject({ stage: "boot", metric: "time", unit: "ms", bootProfile: "standard" });
  expect(plan.specs).toHaveLength(1);
});

test("what cannot run is skipped with its reason, never dropped", () => {
  const guests = {
    metal: guest({ capabilities: ["shell"], bootProfiles: [] }),
    uni: guest({ image: "mirage", capabilities: ["power"] }),
    gone: guest({ unavailable: "KVM does not boot a guest" }),
  };
  const { cells, skipped } = planCells([testSpec], guests, find);
  expect(cells.map((cell) => cell.id)).toEqual([
    "uni|test/all|size",
    "uni|test/all|start",
    ...["metal|test/all|work?size=1", "metal|test/all|work?size=2"],
  ]);
  expect(skipped.map((s) => `${s.guest} ${s.label}: ${s.reason}`)).toEqual([
    "metal size: nothing boots: this guest is always on",
    "gone size: KVM does not boot a guest",
    "metal start: nothing boots: this guest is always on",
    "gone start: KVM does not boot a guest",
    "uni work 1: no shell in the image mirage",
    "gone work 1: KVM does not boot a guest",
    "uni work 2: no shell in the image mirage",
    "gone work 2: KVM does not boot a guest",
  ]);
});

test("a memory profile is used where the guest has one", () => {
  const memory = { ...find("work"), bootProfile: "memory" };
  const guests = { a: guest({}), b: guest({ bootProfiles: ["standard", "memory"] }) };
  const spec = { ...testSpec, workloads: [{ workload: "work", parameters: { size: 1 } }] };
  const { cells } = planCells([spec], guests, () => memory);
  expect(cells.map((cell) => cell.bootProfile)).toEqual(["standard", "memory"]);
});

test("every problem of the specs in one error, each with its place", () => {
  const workloadsOf = [
    { workload: "wrok", parameters: {} },
    { workload: "work", parameters: { size: -1 } },
    { workload: "start", parameters: {} },
    { workload: "start", parameters: {} },
  ];
  const attempt = () => planCells([{ ...testSpec, workloads: workloadsOf }], { a: guest({}) }, find);
  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(/workloads\[0\]: unknown workload "wrok"/);
  expect(attempt).toThrow(/workloads\[1\]\.parameters\.size: /);
  expect(attempt).toThrow(/workloads\[3\]: start is in this spec twice/);
});

test("stop rule: the strictest of the specs, then the command line", () => {
  const other = { ...testSpec, name: "other", minBoots: 5, maxBoots: 6, precision: 0.01 };
  const rule = (overrides = {}) => planCells([testSpec, other], { a: guest({}) }, find, overrides).stopRule;
  expect(rule()).toEqual({ minBoots: 5, maxBoots: 6, precision: 0.01 });
  expect(rule({ minBoots: 9 })).toMatchObject({ minBoots: 9, maxBoots: 9 });
  expect(rule({ maxBoots: 1 })).toMatchObject({ minBoots: 1, maxBoots: 1 });
  expect(() => rule({ minBoots: 3, maxBoots: 2 })).toThrow("--min-boots 3 is more than --max-boots 2");
});
