import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Campaign, CampaignEvent, Cell } from "../experiments/campaign/results.ts";
import { campaignEntry, cellEntry, clock, guestEntry, writeFolder } from "./fixtures/folder.ts";
import { fixtureEnvironment } from "./fixtures/surroundings.ts";
import { loadCampaign } from "./load.ts";
import { summarize } from "./summarize.ts";
import { type CellSummary, type Summary, summarySchema } from "./summary.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guestbench-analysis-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = clock();
/** One boot per value; an always-on guest has none. */
function runs(cell: Cell, values: readonly number[], boots = true): CampaignEvent[] {
  return values.map((value, block) => ({
    at: at(),
    event: "run.finished",
    run: `${cell.id}.${block}`,
    cell: cell.id,
    boot: boots ? `b${block}.${cell.guest}` : null,
    block,
    attempt: 1,
    durationMs: 5,
    samples: [{ metric: cell.metric, value, unit: cell.unit, metadata: {} }],
    raw: [],
  }));
}

const tx = { parameters: { direction: "tx" } };
const host = cellEntry("host", tx);
const docker = cellEntry("docker", tx);
const vm = cellEntry("standardvm.kvm", tx);
const size = cellEntry("docker", {
  workload: "image-size",
  label: "image size",
  metric: "image size",
  unit: "MB",
  stage: "static",
});
const guests = {
  host: guestEntry({ platform: "bare-metal", accelerator: "none" }),
  docker: guestEntry({ platform: "docker", accelerator: "none" }),
  "standardvm.kvm": guestEntry({ accelerator: "tcg", functionalOnly: "emulated" }),
};

async function summaryOf(overrides: Partial<Campaign>, events: CampaignEvent[], cpuModel?: string): Promise<Summary> {
  const environment = fixtureEnvironment();
  environment.hardware.cpuModel = cpuModel ?? environment.hardware.cpuModel;
  const campaign = campaignEntry({ guests, ...overrides });
  await writeFolder(folder, { campaign, events, environment });
  return summarySchema.parse(summarize(await loadCampaign(folder)));
}

const cellOf = (summary: Summary, cell: Cell) => summary.cells.find((other) => other.id === cell.id) as CellSummary;

describe("summarize", () => {
  it("computes a tiny campaign as worked out by hand", async () => {
    const summary = await summaryOf({ cells: [host, docker, vm] }, [
      ...runs(host, [40, 40, 40], false),
      ...runs(docker, [18, 20, 24]),
      ...runs(vm, [1]),
      { at: at(), event: "cell.stopped", cell: docker.id, reason: "max-boots" },
    ]);
    expect(cellOf(summary, docker)).toMatchObject({
      n: 3,
      boots: 3,
      runs: 3,
      bootUnit: "boots",
      median: 20,
      // a rate's mean: equal amounts of work at 18, 20 and 24
      mean: 3 / (1 / 18 + 1 / 20 + 1 / 24),
      meanKind: "harmonic",
      // with three boots the 95 % interval is the whole range
      interval: { low: 18, high: 24 },
      intervalNote: expect.stringContaining("75 %"),
      ratio: { baseline: "host", value: 0.5, interval: { low: 0.45, high: 0.6 } },
      ratioNote: null,
      // all of 3 below all of 3, exactly: 2 of the 20 ways to choose; the only comparison of its spec
      comparison: { p: 0.1, pHolm: 0.1, cliffsDelta: -1, detectable: null, difference: "not shown" },
      stopReason: "max-boots",
      outliers: 0,
    });
    // deviations −8/3, −2/3, 10/3: squares sum to 168/9
    expect(cellOf(summary, docker).sd).toBeCloseTo(Math.sqrt(168 / 9 / 2), 12);
    expect(cellOf(summary, host)).toMatchObject({
      bootUnit: "visits",
      boots: 3,
      interval: { low: 40, high: 40 },
      ratio: null,
      ratioNote: "baseline",
    });
    expect(cellOf(summary, vm)).toMatchObject({
      n: 1,
      sd: null,
      interval: null,
      intervalNote: "n = 1: no interval",
      ratio: null,
      ratioNote: "functional only: not compared",
      functionalOnly: "emulated",
    });
  });

  it("says why there is no ratio", async () => {
    const events = [...runs(docker, [1, 2]), ...runs(size, [60])];
    const none = await summaryOf({ cells: [host, docker, size] }, events);
    expect(cellOf(none, docker).ratioNote).toBe("host has no value");
    expect(cellOf(none, size).ratioNote).toBe("host has no value");
    const without = await summaryOf({ cells: [docker], baseline: null }, runs(docker, [1]));
    expect(cellOf(without, docker).ratioNote).toBe("the stack names no baseline");
    const zero = await summaryOf({ cells: [host, docker] }, [...runs(host, [0, 0]), ...runs(docker, [1])]);
    expect(cellOf(zero, docker).ratioNote).toContain("zero");
  });

  it("keeps an outlier in every number and marks it", async () => {
    const summary = await summaryOf({ cells: [docker] }, runs(docker, [10, 10, 11, 11, 12, 50]));
    const cell = cellOf(summary, docker);
    expect(cell.values.map((value) => value.outlier)).toEqual([false, false, false, false, false, true]);
    expect(cell).toMatchObject({ n: 6, outliers: 1, median: 11, intervalNote: null });
  });

  it("claims a difference only after Holm over the spec, and none below what an A/A campaign could tell", async () => {
    const others = ["a", "b", "c"].map((guest) => cellEntry(guest, tx));
    const many = { host: guestEntry(), ...Object.fromEntries(others.map(({ guest }) => [guest, guestEntry()])) };
    const around = (centre: number) => [0, 1, 2, 3, 4, 5].map((step) => centre + step / 10);
    const [a, b, c] = others as [Cell, Cell, Cell];
    const events = [
      ...runs(host, around(100)),
      ...runs(a, around(110)),
      ...runs(b, around(100)),
      ...runs(c, around(101)),
    ];
    const campaign = campaignEntry({ guests: many, cells: [host, ...others] });
    await writeFolder(folder, { campaign, events });
    const loaded = await loadCampaign(folder);
    const of = (cell: Cell, detectable = {}) => cellOf(summarize(loaded, detectable), cell).comparison;
    // fully apart, 6 against 6: p = 2 / 924, times the 3 comparisons
    expect(of(a)).toMatchObject({ cliffsDelta: 1, difference: "different" });
    expect(of(a)?.p).toBeCloseTo(2 / 924, 12);
    expect(of(a)?.pHolm).toBeCloseTo(6 / 924, 12);
    expect(of(b)).toMatchObject({ p: 1, pHolm: 1, cliffsDelta: 0, difference: "not shown" });
    expect(of(c)).toMatchObject({ difference: "different" });
    expect(of(c, { "iperf3 Tx": 0.02 })).toMatchObject({ detectable: 0.02, difference: "within noise" });
    expect(of(a, { "iperf3 Tx": 0.02 })).toMatchObject({ difference: "different" });
  });

  it("leaves warm-ups and repeated runs out, and says how many there were", async () => {
    const [warm, moved, kept] = runs(docker, [1, 2, 30]) as CampaignEvent[];
    if (warm?.event !== "run.finished" || moved?.event !== "run.finished" || kept?.event !== "run.finished")
      throw new Error("no runs");
    const reasons = ["steal 9 % above 1 %"];
    const summary = await summaryOf({ cells: [docker] }, [
      { ...warm, event: "run.warmed-up" },
      { ...moved, disturbed: { reasons, repeated: true } },
      { ...kept, disturbed: { reasons, repeated: false } },
    ]);
    expect(cellOf(summary, docker)).toMatchObject({
      n: 1,
      median: 30,
      warmUps: 1,
      disturbed: { repeated: 1, kept: 1 },
    });
  });

  it("pools the runs of a boot and summarises secondary metrics apart", async () => {
    const [one, two] = runs(docker, [10, 20]) as [CampaignEvent, CampaignEvent];
    if (one.event !== "run.finished" || two.event !== "run.finished") throw new Error("no runs");
    one.samples.push({ metric: "retransmits", value: 7, unit: "segments", metadata: {} });
    const summary = await summaryOf({ cells: [docker] }, [one, { ...two, block: 0, boot: one.boot }]);
    expect(cellOf(summary, docker)).toMatchObject({ boots: 1, runs: 2, n: 2, median: 15, interval: null });
    expect(cellOf(summary, docker).secondary).toMatchObject([{ metric: "retransmits", n: 1, median: 7 }]);
  });

  it("puts the published value beside ours and says whether the two may be compared", async () => {
    const events = [...runs(docker, [40, 41]), ...runs(vm, [1, 2]), ...runs(size, [60])];
    const other = await summaryOf({ cells: [host, docker, vm, size] }, events, "Other CPU");
    expect(cellOf(other, host).reference).toBeNull();
    expect(cellOf(other, docker).reference).toMatchObject({ value: 45.1, unit: "Gbit/s", comparable: false });
    expect(cellOf(other, docker).reference?.reason).toContain("Other CPU");
    expect(cellOf(other, vm).reference?.reason).toMatch(/functional only \(tcg\); other hardware/);
    expect(cellOf(other, size).reference).toMatchObject({ value: 61, comparable: true });
    const same = await summaryOf(
      { cells: [docker, vm] },
      events.slice(0, 4),
      "Intel(R) Xeon(R) CPU E5-1630 v3 @ 3.70GHz",
    );
    expect(cellOf(same, docker).reference).toMatchObject({ comparable: true });
    expect(cellOf(same, vm).reference).toMatchObject({ comparable: false, reason: "functional only (tcg)" });
  });

  it("says how complete the campaign is", async () => {
    const ended = (outcome: "complete" | "interrupted"): CampaignEvent => ({
      at: at(),
      event: "campaign.finished",
      outcome,
      error: null,
    });
    const complete = await summaryOf({ cells: [docker] }, [...runs(docker, [1]), ended("complete")]);
    expect(complete.completeness.verdict).toBe("Complete: 1 of 1 planned cell measured.");
    const partial = await summaryOf({ cells: [docker, host] }, [...runs(docker, [1]), ended("interrupted")]);
    expect(partial.completeness.verdict).toBe("Interrupted before the end: 1 of 2 planned cells measured.");
    expect((await summaryOf({ cells: [docker] }, [])).completeness).toMatchObject({
      outcome: "unfinished",
      measured: 0,
    });
  });
});
