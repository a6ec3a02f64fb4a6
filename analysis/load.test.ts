import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CampaignEvent } from "../experiments/campaign/results.ts";
import { writeFixtureCampaign } from "./fixtures/campaign.ts";
import { campaignEntry, cellEntry, clock, guestEntry, writeFolder } from "./fixtures/folder.ts";
import { loadCampaign } from "./load.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guestbench-analysis-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const cell = cellEntry("vm");
const campaign = campaignEntry({ baseline: null, guests: { vm: guestEntry() }, cells: [cell] });
const at = clock();
const ref = (run: string, block: number, attempt = 1) => ({ run, cell: cell.id, boot: `b${block}.1`, block, attempt });
const finished = (run: string, block: number, value: number, attempt = 1): CampaignEvent => ({
  at: at(),
  event: "run.finished",
  ...ref(run, block, attempt),
  durationMs: 10,
  samples: [
    { metric: "throughput", value, unit: "Gbit/s", metadata: { retransmits: 3 } },
    { metric: "retransmits", value: 3, unit: "segments", metadata: {} },
  ],
  raw: [],
});
const failed = (run: string, block: number, attempt = 1): CampaignEvent => ({
  at: at(),
  event: "run.failed",
  ...ref(run, block, attempt),
  class: "infrastructure",
  error: "gone",
  raw: ["raw/x"],
});

describe("loadCampaign", () => {
  it("gives one row per sample, with its labels, and none of a failed run", async () => {
    await writeFolder(folder, { campaign, events: [failed("r1", 0), finished("r2", 0, 9, 2), failed("r3", 1)] });
    const { samples, failures, finishedRuns } = await loadCampaign(folder);
    expect(samples.map(({ metric, value, primary }) => [metric, value, primary])).toEqual([
      ["throughput", 9, true],
      ["retransmits", 3, false],
    ]);
    expect(samples[0]).toMatchObject({
      cell: cell.id,
      guest: "vm",
      spec: "quickstart",
      block: 0,
      boot: "b0.1",
      run: "r2",
      attempt: 2,
    });
    expect(samples[0]?.metadata).toEqual({ retransmits: 3 });
    expect(failures.map(({ id, recovered }) => [id, recovered])).toEqual([
      ["r1", true],
      ["r3", false],
    ]);
    expect(finishedRuns).toBe(1);
  });

  it.each([
    ["no newline at its end", '{"at":"2026-01-02T03:04:05.000Z","event":"campaign.st'],
    ["a newline", '{"at":"2026-01-02T0\n'],
    ["nothing wrong but a missing newline", '{"at":"2026-01-02T03:04:05.000Z","event":"campaign.resumed","pid":1}'],
  ])("leaves out and reports a last line cut short that has %s", async (_what, tail) => {
    await writeFolder(folder, { campaign, events: [finished("r1", 0, 1)], tail });
    const loaded = await loadCampaign(folder);
    expect(loaded.tornLine).toBe(2);
    expect(loaded.samples).toHaveLength(2);
    expect(loaded.resumptions).toBe(0);
  });

  it("names file and line of any other bad line", async () => {
    await writeFolder(folder, { campaign, events: [finished("r1", 0, 1)], tail: "nonsense\n" });
    await appendFile(join(folder, "journal.jsonl"), `${JSON.stringify(finished("r2", 1, 1))}\n`);
    await expect(loadCampaign(folder)).rejects.toThrow(/journal\.jsonl:2: not JSON: nonsense/);
  });

  it.each<[string, CampaignEvent[], RegExp]>([
    [
      "an unknown cell",
      [{ ...finished("r1", 0, 1), cell: "other" } as CampaignEvent],
      /jsonl:1: cell "other" is not in campaign\.json/,
    ],
    ["a run that ends twice", [finished("r1", 0, 1), finished("r1", 0, 1)], /jsonl:2: run "r1" ends twice/],
  ])("refuses %s", async (_what, events, message) => {
    await writeFolder(folder, { campaign, events });
    await expect(loadCampaign(folder)).rejects.toThrow(message);
  });

  it("names every problem of a bad document, and a missing one", async () => {
    await writeFolder(folder, { campaign, events: [] });
    await writeFile(join(folder, "campaign.json"), JSON.stringify({ ...campaign, seed: 5, minBoots: 0 }));
    await expect(loadCampaign(folder)).rejects.toThrow(
      /campaign\.json: .*seed: .*minBoots: |campaign\.json: .*minBoots: .*seed: /,
    );
    await rm(join(folder, "campaign.json"));
    await expect(loadCampaign(folder)).rejects.toThrow(/campaign\.json: cannot be read/);
  });

  it("does without environment.json and teardown.json, but not with a broken one", async () => {
    await writeFolder(folder, { campaign, events: [] });
    expect(await loadCampaign(folder)).toMatchObject({ environment: null, teardown: null, outcome: null });
    await writeFile(join(folder, "teardown.json"), "{");
    await expect(loadCampaign(folder)).rejects.toThrow(/teardown\.json: not JSON/);
  });

  it("reads a campaign that was interrupted, taken up again and killed", async () => {
    await writeFixtureCampaign(folder, { tornLine: true });
    const loaded = await loadCampaign(folder);
    expect(loaded).toMatchObject({ outcome: "complete", resumptions: 1, unendedRuns: 1 });
    expect(loaded.blocks).toHaveLength(6);
    expect(loaded.failures.map(({ what, recovered }) => [what, recovered])).toEqual([
      ["boot", true],
      ["run", true],
      ["run", false],
    ]);
    expect(loaded.steps.map(({ step, ok }) => [step, ok])).toEqual([
      ["up", true],
      ["measure", true],
    ]);
    const lines = (await readFile(join(folder, "journal.jsonl"), "utf8")).split("\n");
    expect(loaded.tornLine).toBe(lines.length);
    const killed = join(folder, "killed");
    await writeFixtureCampaign(killed, { killed: true });
    expect(await loadCampaign(killed)).toMatchObject({ outcome: null, environment: null });
  });
});
