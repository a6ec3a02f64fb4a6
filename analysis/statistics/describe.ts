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

/** Variance of very many values (divided by n), without a copy. */
export function variance(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  const centre = total / values.length;
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return squares / values.length;
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

export type MeanKind = "arithmetic" | "harmonic" | "geometric";

/** A rate's mean is harmonic (equal amounts of work, not equal times), an index's geometric (ratios to a reference machine). */
export function meanKindOf(unit: string): MeanKind {
  if (/^(index|score)/i.test(unit)) return "geometric";
  return /\/s$/.test(unit) ? "harmonic" : "arithmetic";
}

/** null where the mean does not exist: harmonic and geometric ones of values that are not all above zero. */
export function meanOf(values: readonly number[], kind: MeanKind): number | null {
  if (kind === "arithmetic") return mean(values);
  if (values.length === 0 || values.some((value) => value <= 0)) return null;
  if (kind === "harmonic") return 1 / mean(values.map((value) => 1 / value));
  return geometricMean(values);
}

/** Of a single value, that value exactly. */
export function geometricMean(values: readonly number[]): number {
  return values.length === 1 ? (values[0] as number) : Math.exp(mean(values.map(Math.log)));
}

/** Fewer values than this have no shape worth a word. */
const BIMODAL_MIN_VALUES = 10;
/** What a uniform distribution has: above it, a valley in the middle is likelier than not. */
const BIMODAL_ABOVE = 5 / 9;

/** Sarle's bimodality coefficient with the sample's skewness and excess kurtosis; null below four values or without spread. */
export function bimodalityCoefficient(values: readonly number[]): number | null {
  const n = values.length;
  if (n < 4) return null;
  const centre = mean(values);
  const moment = (k: number) => mean(values.map((value) => (value - centre) ** k));
  const variance = moment(2);
  if (variance === 0) return null;
  const skewness = (moment(3) / variance ** 1.5) * (Math.sqrt(n * (n - 1)) / (n - 2));
  const kurtosis = ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * (moment(4) / variance ** 2 - 3) + 6);
  return (skewness ** 2 + 1) / (kurtosis + (3 * (n - 1) ** 2) / ((n - 2) * (n - 3)));
}

/** Whether the values look like two groups; outliers, which alone would make it so, are left out of this look. */
export function looksBimodal(values: readonly number[], outliers: readonly boolean[]): boolean {
  const inner = values.filter((_, i) => !outliers[i]);
  if (inner.length < BIMODAL_MIN_VALUES) return false;
  return (bimodalityCoefficient(inner) ?? 0) > BIMODAL_ABOVE;
}
