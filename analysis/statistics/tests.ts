/** Tests of difference that ask nothing of the data's distribution, and the correction for making many of them. */
import { normalCdf } from "./distributions.ts";

export interface Comparison {
  /** Two-sided, before any correction for several comparisons. */
  p: number;
  /** Cliff's delta: P(a > b) − P(a < b), from −1 to 1. */
  delta: number;
}

/** Up to so many values on both sides together the p value is exact, ties included. */
const EXACT_UP_TO = 60;

/**
 * The test of Mann and Whitney on independent values; here, one per boot. Exact (the permutation distribution of the
 * observed midranks) for small samples, else the normal approximation with the corrections for ties and continuity.
 * null where a side is empty.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): Comparison | null {
  if (a.length === 0 || b.length === 0) return null;
  const { doubled, tieTerm } = midranks([...a, ...b]);
  const rankSum = sum(doubled.slice(0, a.length)) / 2;
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const pairs = a.length * b.length;
  const p =
    doubled.length <= EXACT_UP_TO
      ? exactP(doubled, a.length, rankSum * 2)
      : approximateP(Math.max(u, pairs - u), a.length, b.length, tieTerm);
  return { p: Math.min(1, p), delta: (2 * u) / pairs - 1 };
}

/** Holm's step-down correction: the chance of even one false difference in the whole table stays below the level. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, j) => (ps[i] as number) - (ps[j] as number));
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * (ps[i] as number)));
    adjusted[i] = largest;
  }
  return adjusted;
}

/** Twice the mean rank of each value, which is whole, and Σ(t³ − t) over groups of t equal values. */
function midranks(values: readonly number[]): { doubled: number[]; tieTerm: number } {
  const order = values.map((_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number));
  const doubled = new Array<number>(values.length);
  let tieTerm = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let k = from; k < to; k++) doubled[order[k] as number] = from + to + 1;
    tieTerm += (to - from) ** 3 - (to - from);
    from = to;
  }
  return { doubled, tieTerm };
}

/** Counts, for every rank sum, the choices of `size` values that have it; both tails include what was observed. */
function exactP(doubled: readonly number[], size: number, observed: number): number {
  const most = sum(doubled);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  (ways[0] as Float64Array)[0] = 1;
  let reached = 0;
  for (const rank of doubled) {
    reached += rank;
    for (let k = size; k >= 1; k--) {
      const [into, from] = [ways[k] as Float64Array, ways[k - 1] as Float64Array];
      for (let s = reached; s >= rank; s--) into[s] = (into[s] as number) + (from[s - rank] as number);
    }
  }
  const chosen = ways[size] as Float64Array;
  const total = sum(chosen);
  const below = sum(chosen.subarray(0, observed + 1));
  const above = sum(chosen.subarray(observed));
  return (2 * Math.min(below, above)) / total;
}

function approximateP(u: number, m: number, n: number, tieTerm: number): number {
  const all = m + n;
  const variance = ((m * n) / 12) * (all + 1 - tieTerm / (all * (all - 1)));
  if (variance === 0) return 1;
  return 2 * normalCdf(-(u - (m * n) / 2 - 0.5) / Math.sqrt(variance));
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}
