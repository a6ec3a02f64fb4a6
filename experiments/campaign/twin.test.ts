import { appendFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readJournal } from "./journal.ts";
import { guestsOf, planCells } from "./plan.ts";
import { measureCampaign } from "./run.ts";
import { testSpec } from "./test-workloads.ts";
import { testbed, testOutputs } from "./testbed.ts";
import { twinOf, withTwin } from "./twin.ts";

test("an A/A campaign measures one guest under two names, each in boots of its own", async () => {
  const bed = testbed();
  const outputs = withTwin(testOutputs(), "a.vm");
  const plan = planCells([testSpec], guestsOf(outputs), bed.parts.findWorkload);
  const campaign = { ...bed.campaign, baseline: "a.vm", cells: plan.cells };
  const unsynced = (path: string) => ({
    append: (event: object) => appendFileSync(path, `${JSON.stringify(event)}\n`),
    close: () => {},
  });
  expect(await measureCampaign(campaign, bed.folder, { ...bed.parts, outputs }, unsynced)).toBe("complete");
  const { events } = readJournal(bed.folder.journal);
  const boots = events.flatMap((event) => (event.event === "boot.started" ? [event] : []));
  expect(new Set(boots.map(({ guest }) => guest))).toEqual(new Set(["a.vm", twinOf("a.vm")]));
  const inFirst = boots.filter(({ block }) => block === 0);
  expect(inFirst).toHaveLength(2);
  expect(bed.log.filter((line) => line.startsWith("start")).every((line) => line.endsWith("(1 on)"))).toBe(true);
  expect(bed.log.filter((line) => line.startsWith("stop"))).toHaveLength(boots.length);
});

test("a guest that is not there cannot be measured twice", () => {
  expect(() => withTwin(testOutputs(), "c.vm")).toThrow(/guest c\.vm cannot be measured twice: the stack has no such/);
  const none = { ...testOutputs(), unavailable: { "c.vm": "no KVM" } };
  expect(() => withTwin(none, "c.vm")).toThrow(/no KVM/);
});
