import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blocksOf, Estimates, forecast } from "./estimates.ts";
import { readJournal } from "./journal.ts";
import { measureCampaign } from "./run.ts";
import { CampaignState } from "./state.ts";
import { statusOf } from "./status.ts";
import { testbed } from "./testbed.ts";

const noEstimates = { get: () => null };

test("status while it runs: what, how far, how long; dead without its process; complete at the end", async () => {
  const bed = testbed({ budgetMs: 3_600_000 });
  await measureCampaign(bed.campaign, bed.folder, bed.parts);
  const { events } = readJournal(bed.folder.journal);
  const look = {
    alive: true,
    now: bed.parts.clock.now(),
    findWorkload: bed.parts.findWorkload,
    estimates: noEstimates,
  };
  const at = (n: number, alive = true) =>
    statusOf(bed.campaign, new CampaignState(bed.campaign, events.slice(0, n)), { ...look, alive });

  const nth = (event: string) => events.findIndex((e) => e.event === event);
  const start = at(nth("block.started") + 1);
  expect(start).toMatchObject({ state: "running", runsDone: 0, runsPlanned: 2 + 8 * 2, cellsDone: 0, cells: 10 });
  const inRun = events.findIndex((e) => e.event === "run.started" && e.cell.includes("work?size=2"));
  expect(at(inRun + 1).now).toMatch(/^work 2 on (host|a\.vm|b\.vm)$/);
  expect(at(nth("boot.started") + 1).now).toMatch(/^booting [ab]\.vm$/);
  const planned = events.map((_, n) => at(n + 1).runsPlanned);
  expect(Math.max(...planned)).toBeLessThanOrEqual(18);
  const remaining = at(nth("block.started") + 1).remainingMs ?? 0;
  expect(remaining).toBeGreaterThan(at(events.length).remainingMs ?? 0);
  expect(at(inRun, false)).toMatchObject({ state: "dead", remainingMs: null, now: null, pid: null });
  const all = [
    ...events,
    {
      event: "campaign.finished" as const,
      at: new Date(look.now).toISOString(),
      outcome: "complete" as const,
      error: null,
    },
  ];
  const end = statusOf(bed.campaign, new CampaignState(bed.campaign, all), look);
  expect(end).toMatchObject({
    state: "complete",
    runsDone: 18,
    runsPlanned: 18,
    cellsDone: 10,
    boots: 4,
    remainingMs: null,
  });
});

test("the budget is a ceiling of the remaining time", () => {
  const bed = testbed({ budgetMs: 5_000 });
  const state = new CampaignState(bed.campaign, readJournal(bed.folder.journal).events);
  const look = {
    alive: true,
    now: bed.parts.clock.now(),
    findWorkload: bed.parts.findWorkload,
    estimates: noEstimates,
  };
  expect(statusOf(bed.campaign, state, look).remainingMs).toBe(5_000);
});

test("measured time leaves out the pauses between resumptions", () => {
  const { campaign } = testbed();
  const at = (s: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, s)).toISOString();
  const state = new CampaignState(campaign, [
    { event: "campaign.started", at: at(0), pid: 1 },
    { event: "step.started", at: at(10), step: "measure" },
    { event: "block.started", at: at(15), block: 0, order: [] },
    { event: "campaign.resumed", at: at(40), pid: 2 },
    { event: "step.started", at: at(50), step: "measure" },
  ]);
  expect(state.measuredMs(Date.parse(at(52)))).toBe(7_000);
});

test("a forecast counts boots, runs and the remembered durations of this machine", () => {
  const bed = testbed();
  const alwaysOn = (guest: string) => guest === "host";
  const plain = forecast(blocksOf(bed.campaign.cells, 2), "test", alwaysOn, bed.parts.findWorkload, noEstimates);
  expect(plain).toMatchObject({ boots: 4, runs: 18 });
  const slow = { get: (key: string) => (key === "test/boot/a.vm/standard" ? 120_000 : null) };
  const slower = forecast(blocksOf(bed.campaign.cells, 2), "test", alwaysOn, bed.parts.findWorkload, slow);
  expect(slower.durationMs - plain.durationMs).toBe(2 * 100_000);
});

test("estimates are kept between runs, move by halves, and a broken file is as good as none", () => {
  const path = join(mkdtempSync(join(tmpdir(), "gb-estimates-")), "deep", "estimates.json");
  const first = new Estimates(path);
  first.remember("local/up", 1000);
  first.save();
  const second = new Estimates(path);
  second.remember("local/up", 2000);
  second.save();
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ "local/up": 1500 });
  second.remember("local/up", 100);
  expect(second.get("local/up")).toBe(100);
  writeFileSync(path, "{");
  expect(new Estimates(path).get("local/up")).toBeNull();
});
