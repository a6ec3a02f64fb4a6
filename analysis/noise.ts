/**
 * What an A/A campaign shows: how far two measurements of the same guest lie apart by chance (noise floor), and the least
 * difference that as many boots would find (minimum detectable effect). Kept beside the campaigns, one file per stack:
 * no difference below it is claimed in any later report of the stack.
 */
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { aligned } from "./format.ts";
import { readOptional } from "./load.ts";
import { LEVEL } from "./statistics/bootstrap.ts";
import { normalQuantile, studentQuantile } from "./statistics/distributions.ts";
import type { Detectable } from "./summarize.ts";
import type { CellSummary, Summary } from "./summary.ts";

/** The chance with which an effect of the detectable size would be found. */
const POWER = 0.8;

const entrySchema = z.strictObject({
  guest: z.string().describe("measured twice"),
  label: z.string().describe("of the workload"),
  campaign: z.string(),
  environmentHash: z.string(),
  boots: z.number().int().describe("of each side"),
  ratio: z.number().describe("of the guest to itself"),
  interval: z.strictObject({ low: z.number(), high: z.number() }).describe("95 % interval of the ratio"),
  noiseFloor: z.number().describe("relative: how far the interval reaches from 1"),
  detectable: z
    .number()
    .describe("relative: least difference that as many boots find with a chance of 80 %; never below the floor"),
});

const noiseSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stack: z.string(),
  workloads: z.array(entrySchema).describe("the latest A/A campaign of each guest and workload"),
});

export type Noise = z.infer<typeof noiseSchema>;
type Entry = z.infer<typeof entrySchema>;

export const noisePath = (campaignDir: string, stack: string): string =>
  join(dirname(campaignDir), `noise-${stack}.json`);

/** Entries of every workload whose ratio has an interval; the others have none, since nothing is known. */
export function noiseOf(summary: Summary): Entry[] {
  return summary.cells.flatMap((cell) => {
    const entry = entryOf(summary, cell);
    return entry === null ? [] : [entry];
  });
}

function entryOf({ campaign, environmentHash, baseline, cells }: Summary, cell: CellSummary): Entry | null {
  const interval = cell.ratio?.interval;
  if (!cell.ratio || !interval || interval.low <= 0 || baseline === null) return null;
  const base = cells.find(({ guest, spec, label }) => guest === baseline && spec === cell.spec && label === cell.label);
  const boots = Math.min(cell.boots, base?.boots ?? 0);
  if (boots < 2) return null;
  const [low, high] = [Math.log(interval.low), Math.log(interval.high)];
  const noiseFloor = Math.expm1(Math.max(Math.abs(low), Math.abs(high)));
  const reach = studentQuantile((1 + LEVEL) / 2, 2 * (boots - 1));
  const error = (high - low) / 2 / reach;
  const detectable = Math.max(noiseFloor, Math.expm1((reach + normalQuantile(POWER)) * error));
  const { value: ratio } = cell.ratio;
  return {
    guest: baseline,
    label: cell.label,
    campaign,
    environmentHash,
    boots,
    ratio,
    interval,
    noiseFloor,
    detectable,
  };
}

/** null where no A/A campaign was made; a ParseError where the file is none of ours. */
export function readNoise(campaignDir: string, stack: string): Promise<Noise | null> {
  return readOptional(noisePath(campaignDir, stack), noiseSchema);
}

/** Puts a campaign's entries in place of older ones of the same guest and workload. */
export async function keepNoise(campaignDir: string, summary: Summary): Promise<Noise> {
  const fresh = noiseOf(summary);
  const key = ({ guest, label }: Entry) => JSON.stringify([guest, label]);
  const known = new Set(fresh.map(key));
  const older = (await readNoise(campaignDir, summary.stack))?.workloads ?? [];
  const workloads = [...older.filter((entry) => !known.has(key(entry))), ...fresh];
  const noise: Noise = { schemaVersion: 1, stack: summary.stack, workloads };
  const path = noisePath(campaignDir, summary.stack);
  await writeFile(`${path}.tmp`, `${JSON.stringify(noiseSchema.parse(noise), null, 2)}\n`, { flush: true });
  await rename(`${path}.tmp`, path);
  return noise;
}

/** By workload label, the worst of all guests of the stack that were measured twice; empty where none was. */
export async function detectableFor(campaignDir: string, stack: string): Promise<Detectable> {
  return detectableIn(await readNoise(campaignDir, stack));
}

export function detectableIn(noise: Noise | null): Detectable {
  const result: Record<string, number> = {};
  for (const { label, detectable } of noise?.workloads ?? []) result[label] = Math.max(result[label] ?? 0, detectable);
  return result;
}

/** For the terminal, one line per workload. */
export function noiseTable(entries: readonly Entry[]): string {
  if (entries.length === 0) return "No workload has an interval from both sides: nothing is known of the noise.";
  const percent = (share: number) => `${(100 * share).toPrecision(3)} %`;
  const rows = [
    ["Workload", "Ratio to itself", "Noise floor", "Detectable", "Boots"],
    ...entries.map(({ label, ratio, noiseFloor, detectable, boots }) => [
      label,
      ratio.toFixed(4),
      percent(noiseFloor),
      percent(detectable),
      `2 × ${boots}`,
    ]),
  ];
  return aligned(rows, "numeric").join("\n");
}
