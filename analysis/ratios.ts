/** Ratios of medians between series that were measured apart, with intervals that hold for several comparisons together. */
import {
  type Bootstrap,
  bootstrapMedian,
  LEVEL,
  type Nested,
  ROUGH_BELOW,
  resamplesFor,
} from "./statistics/bootstrap.ts";
import type { Series } from "./summary.ts";

type Values = readonly Pick<Series["values"][number], "value" | "boot" | "block" | "run">[];

const known = new WeakMap<object, Bootstrap | null>();

/** By boot, then by run. A guest that is always on has no boots: its visit in each block takes their place. */
export function nest(values: Values): Nested {
  const boots = Map.groupBy(values, ({ block, boot }) => JSON.stringify([block, boot]));
  return [...boots.values()].map((boot) =>
    [...Map.groupBy(boot, ({ run }) => run).values()].map((run) => run.map(({ value }) => value)),
  );
}

/** The median with its resamples over boots and runs; the same values are resampled once. null below two boots. */
export function resampledMedian(values: Values, seed: string): Bootstrap | null {
  const before = known.get(values);
  if (before !== undefined) return before;
  const drawn = bootstrapMedian([nest(values)], seed, resamplesFor(values.length));
  known.set(values, drawn);
  return drawn;
}

/**
 * Fewest boots of each side for an interval that holds for so many comparisons together: two alike sides of n boots lie
 * wholly apart once in C(2n, n) / 2 comparisons, and no interval of resamples can tell that from a difference.
 */
export function bootsNeeded(comparisons: number): number {
  let boots = 1;
  for (let orders = 2; (2 / orders) * comparisons > 1 - LEVEL; boots++) orders *= (2 * (2 * boots + 1)) / (boots + 1);
  return Math.max(ROUGH_BELOW, boots);
}
