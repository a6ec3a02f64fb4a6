/** When a cell has been measured often enough: the minimum, then until its interval is narrow, or the cap. */
import { seededRandom } from "./random.ts";

const RESAMPLES = 1000;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("median of no values");
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/**
 * Relative half width of the 95 % percentile-bootstrap interval of the median over boots.
 * Only decides when to stop; the analysis computes the published intervals.
 */
export function relativeHalfWidth(perBoot: readonly number[], seed: string): number {
  if (perBoot.length < 2) return Number.POSITIVE_INFINITY;
  const random = seededRandom(seed);
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(perBoot.map(() => perBoot[Math.floor(random() * perBoot.length)] as number)),
  ).sort((a, b) => a - b);
  const low = medians[Math.floor(RESAMPLES * 0.025)] as number;
  const high = medians[Math.ceil(RESAMPLES * 0.975) - 1] as number;
  if (high === low) return 0;
  const centre = Math.abs(median(perBoot));
  return centre === 0 ? Number.POSITIVE_INFINITY : (high - low) / 2 / centre;
}

export interface StopRule {
  minBoots: number;
  maxBoots: number;
  precision: number;
}

/** Why the cell is done after these boots; null: it goes on. */
export function stopReason(perBoot: readonly number[], rule: StopRule, seed: string): "precision" | "max-boots" | null {
  if (perBoot.length >= rule.minBoots && relativeHalfWidth(perBoot, seed) <= rule.precision) return "precision";
  return perBoot.length >= rule.maxBoots ? "max-boots" : null;
}
