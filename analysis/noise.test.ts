import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CampaignEvent, Cell } from "../experiments/campaign/results.ts";
import { campaignEntry, cellEntry, clock, guestEntry, writeFolder } from "./fixtures/folder.ts";
import { noiseReport, report } from "./index.ts";
import { detectableIn, noisePath, readNoise } from "./noise.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "guestbench-noise-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** One boot per value. */
async function campaign(name: string, values: Readonly<Record<string, readonly number[]>>): Promise<string> {
  const at = clock();
  const cells = Object.keys(values).map((guest) => cellEntry(guest));
  const run = (cell: Cell, value: number, block: number): CampaignEvent => ({
    at: at(),
    event: "run.finished",
    ...{ run: `${cell.id}.${block}`, cell: cell.id, boot: `b${block}.${cell.guest}`, block, attempt: 1 },
    ...{ durationMs: 5, samples: [{ metric: cell.metric, value, unit: cell.unit, metadata: {} }], raw: [] },
  });
  const folder = join(root, name);
  const guests = Object.fromEntries(Object.keys(values).map((guest) => [guest, guestEntry()]));
  await writeFolder(folder, {
    campaign: campaignEntry({ id: name, baseline: Object.keys(values)[0] ?? null, guests, cells }),
    events: cells.flatMap((cell) => (values[cell.guest] ?? []).map((value, block) => run(cell, value, block))),
  });
  return folder;
}

const six = (centre: number, spread = 1) => [-2, -1, 0, 0.5, 1, 2].map((step) => centre + spread * step);

it("keeps the noise floor and the detectable effect, and no later report claims less", async () => {
  const later = await campaign("later", { vm: six(100), other: six(104), far: six(150) });
  const of = async (guest: string) =>
    (await report(later)).summary.cells.find((cell) => cell.guest === guest)?.comparison;
  expect(await of("other")).toMatchObject({ detectable: null, difference: "different" });

  const { terminalTable, summary } = await noiseReport(
    await campaign("aa", { vm: six(100, 3), "vm.again": six(100, 3) }),
  );
  const entry = (await readNoise(later, "local"))?.workloads[0];
  expect(entry).toMatchObject({ guest: "vm", label: "iperf3 Tx", campaign: "aa", boots: 6, ratio: 1 });
  const { low, high } = summary.cells[1]?.ratio?.interval ?? { low: 0, high: 0 };
  expect(entry?.noiseFloor).toBeCloseTo(Math.max(high - 1, 1 / low - 1), 12);
  expect(entry?.noiseFloor).toBeGreaterThan(0.05);
  expect(entry?.detectable).toBeGreaterThanOrEqual(entry?.noiseFloor ?? 1);
  expect(terminalTable).toMatch(/iperf3 Tx +1\.0000 +\d\.\d+ % +\d\.\d+ % +2 × 6/);

  expect(await of("other")).toMatchObject({ difference: "within noise" });
  expect(await of("far")).toMatchObject({ detectable: entry?.detectable, difference: "different" });
});

it("replaces older entries of the same guest, keeps those of others, and takes the worst", async () => {
  await noiseReport(await campaign("one", { vm: six(100), "vm.again": six(100) }));
  await noiseReport(await campaign("two", { vm: six(1000), "vm.again": six(1000) }));
  await noiseReport(await campaign("three", { docker: six(50), "docker.again": six(50) }));
  const noise = await readNoise(join(root, "one"), "local");
  expect(noise?.workloads.map(({ campaign: id }) => id)).toEqual(["two", "three"]);
  const worst = Math.max(...(noise?.workloads ?? []).map((entry) => entry.detectable));
  expect(detectableIn(noise)).toEqual({ "iperf3 Tx": worst });
});

it("claims nothing of noise from one boot, and refuses a file that is none of its own", async () => {
  const folder = await campaign("few", { vm: [1], "vm.again": [2] });
  expect((await noiseReport(folder)).terminalTable).toContain("nothing is known of the noise");
  expect(JSON.parse(await readFile(noisePath(folder, "local"), "utf8"))).toMatchObject({ workloads: [] });
  await writeFile(noisePath(folder, "local"), '{"schemaVersion": 9}');
  await expect(report(folder)).rejects.toThrow(/noise-local\.json: schemaVersion/);
});
