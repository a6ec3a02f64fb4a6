/**
 * Percentile bootstrap of the median for nested data: boots are drawn with replacement, then runs within each drawn boot.
 * A boot is the unit that is independent; runs within one share its memory layout, caches and luck.
 */
import { quantile } from "./describe.ts";
import { seededRandom } from "./random.ts";

export const RESAMPLES = 10_000;
const LEVEL = 0.95;
/** Below this many boots an interval is called rough. */
export const ROUGH_BELOW = 5;

/** Samples by boot, then by run. */
export type Nested = readonly (readonly (readonly number[])[])[];

export interface Interval {
  low: number;
  high: number;
}

/** The median of each resample, in the order drawn; null for fewer than two boots, where nothing is known about their spread. */
export function bootstrapMedians(boots: Nested, seed: string, resamples = RESAMPLES): Float64Array | null {
  if (boots.length < 2) return null;
  const random = seededRandom(seed);
  const draw = (count: number) => Math.floor(random() * count);
  let pool = new Float64Array(64);
  const medians = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    let size = 0;
    for (let b = 0; b < boots.length; b++) {
      const runs = boots[draw(boots.length)] as Nested[number];
      for (let r = 0; r < runs.length; r++) {
        const run = (runs.length === 1 ? runs[0] : runs[draw(runs.length)]) as readonly number[];
        for (const value of run) {
          if (size === pool.length) {
            const larger = new Float64Array(size * 2);
            larger.set(pool);
            pool = larger;
          }
          pool[size++] = value;
        }
      }
    }
    medians[i] = selectMedian(pool, size);
  }
  return medians;
}

/** The 95 % interval of resampled statistics. */
export function percentileInterval(resampled: Float64Array): Interval {
  const sorted = resampled.slice().sort();
  return { low: quantile(sorted, (1 - LEVEL) / 2), high: quantile(sorted, (1 + LEVEL) / 2) };
}

/** Ratio of medians: the two sides are drawn independently, so their resamples pair up as they come. */
export function ratioInterval(medians: Float64Array | null, baseline: Float64Array | null): Interval | null {
  if (medians === null || baseline === null) return null;
  const ratios = medians.map((value, i) => value / (baseline[i] as number));
  return ratios.every(Number.isFinite) ? percentileInterval(ratios) : null;
}

/** What a reader must know of an interval from so few boots; null where nothing. `units` is "boots", or "visits" of a guest that is always on. */
export function intervalNote(boots: number, units: string): string | null {
  if (boots === 0) return "no value";
  if (boots === 1) return "n = 1: no interval";
  if (boots >= ROUGH_BELOW) return null;
  const atBest = Math.round((1 - 0.5 ** (boots - 1)) * 100);
  return `rough: from ${boots} ${units} it covers the true median in ${atBest} % of cases at best`;
}

/** Median of the first `size` values by partial ordering (Hoare's selection); reorders them. */
function selectMedian(values: Float64Array, size: number): number {
  const middle = size >> 1;
  let low = 0;
  let high = size - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const held = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = held;
    }
    if (middle <= j) high = j;
    else if (middle >= i) low = i;
    else break;
  }
  const upper = values[middle] as number;
  if (size % 2 === 1) return upper;
  let lower = values[0] as number;
  for (let k = 1; k < middle; k++) if ((values[k] as number) > lower) lower = values[k] as number;
  return (lower + upper) / 2;
}
