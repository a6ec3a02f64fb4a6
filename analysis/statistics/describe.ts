/** Plain descriptive statistics. Every function throws a RangeError on what has no answer, instead of returning NaN. */

/** The p-quantile with linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of R and NumPy). */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) throw new RangeError("quantile of no values");
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("mean of no values");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n − 1); null for fewer than two values. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Fewer values than this say nothing about which of them lie outside. */
export const OUTLIER_MIN_VALUES = 5;

/** Tukey's rule: true for values more than 1.5 interquartile ranges outside the quartiles. They are marked, never dropped. */
export function tukeyOutliers(values: readonly number[]): boolean[] {
  if (values.length < OUTLIER_MIN_VALUES) return values.map(() => false);
  const sorted = [...values].sort((a, b) => a - b);
  const [q1, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const reach = 1.5 * (q3 - q1);
  return values.map((value) => value < q1 - reach || value > q3 + reach);
}
