/**
 * Hierarchical bootstrap of the median: hosts are drawn with replacement, boots within each drawn host, runs within each
 * drawn boot, samples within each drawn run. The highest level that has several members is the unit that is independent
 * (boots, in a campaign on one host); what lies within one unit shares its memory layout, caches and luck.
 *
 * Two corrections make 95 % mean 95 % for the handful of boots a campaign has (simulated in coverage.slow.test.ts):
 * drawing again within drawn units counts the noise of the lower levels once more per level, so the resamples are drawn
 * together until they spread as those of whole units do; and few units spread less than their population, so the
 * percentiles are widened from the normal's to Student's t (Hesterberg, The American Statistician 69, 2015).
 */
import { geometricMean, median, quantile, variance } from "./describe.ts";
import { normalCdf, normalQuantile, studentQuantile } from "./distributions.ts";
import { flatten, resample } from "./resample.ts";

export const RESAMPLES = 10_000;
const FEWEST_RESAMPLES = 2_000;
/** A cell of very many samples gets fewer resamples: its percentiles need no more than this number of draws. */
const DRAWS = 2_000_000;
export const LEVEL = 0.95;
/** Below this many boots an interval is called rough. */
export const ROUGH_BELOW = 5;

/** Samples by boot, then by run. */
export type Nested = readonly (readonly (readonly number[])[])[];

export interface Interval {
  low: number;
  high: number;
}

export interface Bootstrap {
  estimate: number;
  /** The statistic of each resample, in the order drawn. */
  resampled: Float64Array;
  /** Independent units: what small numbers are corrected for. */
  units: number;
}

export function resamplesFor(samples: number): number {
  return Math.min(RESAMPLES, Math.max(FEWEST_RESAMPLES, Math.floor(DRAWS / Math.max(1, samples))));
}

/** null for fewer than two units, where nothing is known about their spread. */
export function bootstrapMedian(hosts: readonly Nested[], seed: string, resamples: number): Bootstrap | null {
  const tree = flatten(hosts);
  if (tree.units < 2) return null;
  const estimate = median(hosts.flat(3));
  const resampled = resample(tree, `${seed}/all`, resamples, "all levels");
  // a unit of one sample is whole as it is
  if (tree.ranks.length === tree.units) return { estimate, resampled, units: tree.units };
  const whole = resample(tree, `${seed}/units`, Math.max(500, Math.ceil(resamples / 10)), "whole units");
  const [spread, goal] = [variance(resampled), variance(whole)];
  const shrink = spread > goal ? Math.sqrt(goal / spread) : 1;
  for (let i = 0; i < resampled.length; i++) resampled[i] = estimate + shrink * ((resampled[i] as number) - estimate);
  return { estimate, resampled, units: tree.units };
}

export function medianInterval({ estimate, resampled, units }: Bootstrap): Interval {
  const reach = studentQuantile((1 + LEVEL) / 2, units - 1) * Math.sqrt(units / (units - 1));
  return correctedInterval(resampled, estimate, reach);
}

/** Ratio of two medians: the sides are drawn independently, so their resamples pair up as they come. */
export function ratioInterval(own: Bootstrap | null, base: Bootstrap | null): Interval | null {
  return own === null || base === null ? null : meanRatioInterval([[own, base]], 1);
}

/** Geometric mean of ratios of medians. `comparisons`: the level holds for so many such intervals together (Bonferroni). */
export function meanRatioInterval(
  pairs: readonly (readonly [Bootstrap, Bootstrap])[],
  comparisons: number,
): Interval | null {
  const length = Math.min(...pairs.flat().map(({ resampled }) => resampled.length));
  const ratios = new Float64Array(length);
  for (let i = 0; i < length; i++)
    ratios[i] = geometricMean(pairs.map(([own, base]) => (own.resampled[i] as number) / (base.resampled[i] as number)));
  const estimate = geometricMean(pairs.map(([own, base]) => own.estimate / base.estimate));
  if (!Number.isFinite(estimate) || !ratios.every(Number.isFinite)) return null;
  return correctedInterval(ratios, estimate, reachOf(pairs.flat(), 1 - (1 - LEVEL) / comparisons));
}

/** Student's t with Welch's degrees of freedom; the simulation shows that two sides need no more widening than that. */
function reachOf(all: readonly Bootstrap[], level: number): number {
  const sides = all.map(({ estimate, resampled, units }) => {
    const relative = variance(resampled) / estimate ** 2;
    return { relative, perDegree: relative ** 2 / (units - 1) };
  });
  const sum = (of: "relative" | "perDegree") => sides.reduce((total, side) => total + side[of], 0);
  const degrees =
    sum("perDegree") === 0
      ? all.reduce((total, { units }) => total + units - 1, 0)
      : sum("relative") ** 2 / sum("perDegree");
  return studentQuantile((1 + level) / 2, degrees);
}

/** Efron's bias correction: percentiles move by how far the resamples' middle lies from the estimate. */
function correctedInterval(resampled: Float64Array, estimate: number, reach: number): Interval {
  let below = 0;
  for (const value of resampled) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  const share = Math.min(1 - 1 / resampled.length, Math.max(1 / resampled.length, below / resampled.length));
  const shift = 2 * normalQuantile(share);
  const sorted = resampled.slice().sort();
  return { low: quantile(sorted, normalCdf(shift - reach)), high: quantile(sorted, normalCdf(shift + reach)) };
}

/** What a reader must know of an interval from so few boots; null where nothing. `units` is "boots", or "visits" of a guest that is always on. */
export function intervalNote(boots: number, units: string): string | null {
  if (boots === 0) return "no value";
  if (boots === 1) return "n = 1: no interval";
  if (boots >= ROUGH_BELOW) return null;
  const atBest = Math.round((1 - 0.5 ** (boots - 1)) * 100);
  return `rough: from ${boots} ${units} it covers the true median in ${atBest} % of cases at best`;
}
