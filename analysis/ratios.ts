/** Ratios of medians between series that were measured apart, with intervals that hold for several comparisons together. */
import { bootstrapMedians, type Interval, ROUGH_BELOW } from "./statistics/bootstrap.ts";
import { quantile } from "./statistics/describe.ts";
import type { Series } from "./summary.ts";

export type Values = readonly Pick<Series["values"][number], "value" | "boot" | "block" | "run">[];

const known = new WeakMap<object, Float64Array>();

/** Medians of resamples over boots and runs; the same values are resampled once. Empty below two boots. */
export function resampledMedians(values: Values, seed: string): Float64Array {
  const before = known.get(values);
  if (before) return before;
  const boots = Map.groupBy(values, ({ block, boot }) => JSON.stringify([block, boot]));
  const nested = [...boots.values()].map((boot) =>
    [...Map.groupBy(boot, ({ run }) => run).values()].map((run) => run.map(({ value }) => value)),
  );
  const drawn = bootstrapMedians(nested, seed) ?? new Float64Array();
  known.set(values, drawn);
  return drawn;
}

const LEVEL = 0.95;

/**
 * Fewest boots of each side for an interval that holds for so many comparisons together: two alike sides of n boots lie
 * wholly apart once in C(2n, n) / 2 comparisons, and no interval of resamples can tell that from a difference.
 */
export function bootsNeeded(comparisons: number): number {
  let boots = 1;
  for (let orders = 2; (2 / orders) * comparisons > 1 - LEVEL; boots++) orders *= (2 * (2 * boots + 1)) / (boots + 1);
  return Math.max(ROUGH_BELOW, boots);
}

/** 95 % for all of so many comparisons together (Bonferroni); null where a resample has no ratio. */
export function simultaneousInterval(ratios: Float64Array, comparisons: number): Interval | null {
  if (ratios.length === 0 || !ratios.every(Number.isFinite)) return null;
  const sorted = ratios.toSorted();
  const tail = (1 - LEVEL) / 2 / comparisons;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}
