/** When a difference may be claimed at all: one rule, for every table and every claim. */
import { number } from "../format.ts";
import type { Interval } from "./bootstrap.ts";

const SIGNIFICANT = 0.05;

export interface Evidence {
  /** Of the ratio. */
  interval: Interval | null;
  /** Of Mann and Whitney's test on boot summaries, after Holm over the table; null where it could not be made. */
  pHolm: number | null;
}

/** A ratio nearer to 1 than the least effect that an A/A campaign found detectable, as a share: 0.03, and 0 where none was made. */
export function withinNoise(ratio: number, detectable: number): boolean {
  return Math.abs(Math.log(ratio)) < Math.log1p(detectable);
}

export function noiseNote(detectable: number): string {
  return `below the least effect an A/A campaign found detectable, ${number(100 * detectable)} %`;
}

export type Difference = "different" | "within noise" | "not shown" | "unknown";

/**
 * `different` needs both the interval of the ratio and the corrected test, and a ratio beyond the least effect that an
 * A/A campaign found detectable (as a share, e.g. 0.03; null: none was made).
 */
export function differs({ interval, pHolm }: Evidence, detectable: number | null, ratio?: number): Difference {
  if (interval === null || pHolm === null) return "unknown";
  if (interval.low <= 1 && 1 <= interval.high) return "not shown";
  if (detectable !== null && ratio !== undefined && withinNoise(ratio, detectable)) return "within noise";
  return pHolm < SIGNIFICANT ? "different" : "not shown";
}
