import { expect, test } from "vitest";
import { guestsOf, planCells } from "./plan.ts";
import { cellsOf, orderOf, scheduleBlock } from "./schedule.ts";
import { testSpec, testWorkloads } from "./test-workloads.ts";
import { testOutputs } from "./testbed.ts";

const workloads = testWorkloads(() => 1);
const specs = [testSpec, { ...testSpec, name: "again", workloads: [{ workload: "start", parameters: {} }] }];
const { cells } = planCells(specs, guestsOf(testOutputs()), (name) => workloads[name] as never);

test("the order of a seed is pinned: a recorded campaign can be replayed by any later version", () => {
  expect(orderOf(scheduleBlock(cells, "7", 0)).map((id) => id.replace("test/", ""))).toMatchInlineSnapshot(`
    [
      "a.vm|all|size",
      "b.vm|all|size",
      "a.vm|all|start",
      "b.vm|all|start",
      "host|all|work?size=2",
      "host|all|work?size=1",
      "a.vm|again|start",
      "a.vm|all|work?size=1",
      "a.vm|all|work?size=2",
      "b.vm|again|start",
      "b.vm|all|work?size=2",
      "b.vm|all|work?size=1",
    ]
  `);
  expect(orderOf(scheduleBlock(cells, "7", 1)).map((id) => id.replace("test/", ""))).toMatchInlineSnapshot(`
    [
      "b.vm|all|size",
      "a.vm|all|size",
      "b.vm|again|start",
      "b.vm|all|work?size=2",
      "b.vm|all|work?size=1",
      "b.vm|all|start",
      "host|all|work?size=1",
      "host|all|work?size=2",
      "a.vm|again|start",
      "a.vm|all|work?size=1",
      "a.vm|all|work?size=2",
      "a.vm|all|start",
    ]
  `);
});

test("every block holds every cell once, whatever seed and block; the order does not depend on the order of cells", () => {
  for (let block = 0; block < 50; block++) {
    const order = orderOf(scheduleBlock(cells, `seed ${block % 7}`, block));
    expect([...order].sort()).toEqual(cells.map((cell) => cell.id).sort());
    expect(orderOf(scheduleBlock([...cells].reverse(), `seed ${block % 7}`, block))).toEqual(order);
  }
});

test("one visit serves a guest's cells; a second measured boot of the same guest is a visit of its own", () => {
  const visits = scheduleBlock(cells, "1", 0).filter((visit) => visit.kind === "boot");
  for (const guest of ["a.vm", "b.vm"]) {
    const own = visits.filter((visit) => visit.guest === guest);
    expect(own.map((visit) => visit.cells.length).sort()).toEqual([0, 2]);
    expect(own.every((visit) => visit.bootCell?.stage === "boot")).toBe(true);
  }
  expect(visits.filter((visit) => visit.guest === "host").map((visit) => cellsOf(visit).length)).toEqual([2]);
});

test("static cells come first; boots and cells are shuffled over the blocks", () => {
  const firsts = new Set<string>();
  const inner = new Set<string>();
  for (let block = 0; block < 40; block++) {
    const visits = scheduleBlock(cells, "s", block);
    const kinds = visits.map((visit) => visit.kind);
    expect(kinds.lastIndexOf("static")).toBeLessThan(kinds.indexOf("boot"));
    const boots = visits.filter((visit) => visit.kind === "boot");
    firsts.add(boots[0]?.guest ?? "");
    inner.add(
      boots
        .find((visit) => visit.guest === "host")
        ?.cells.map((cell) => cell.label)
        .join() ?? "",
    );
  }
  expect([...firsts].sort()).toEqual(["a.vm", "b.vm", "host"]);
  expect(inner.size).toBe(2);
});
