/** The two distributions that intervals and tests lean on. Tested against SciPy's values; see fixtures/known-answers.py. */

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** P(Z ≤ x) of the standard normal: a power series near the middle, a continued fraction for the tails. */
export function normalCdf(x: number): number {
  if (Math.abs(x) > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-x * x) / 2) / ROOT_TWO_PI;
  if (Math.abs(x) > 3) {
    let fraction = 0;
    for (let k = 200; k >= 1; k--) fraction = k / (Math.abs(x) + fraction);
    const tail = density / (Math.abs(x) + fraction);
    return x > 0 ? 1 - tail : tail;
  }
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density * sum;
}

export function normalQuantile(p: number): number {
  return inverse(normalCdf, p, -38, 38);
}

/** P(T ≤ t) of Student's t; the degrees of freedom need not be whole (Welch's are not). */
function studentCdf(t: number, degrees: number): number {
  const tail = 0.5 * incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
  return t > 0 ? 1 - tail : tail;
}

export function studentQuantile(p: number, degrees: number): number {
  const half = inverse((t) => studentCdf(t, degrees), Math.max(p, 1 - p), 0, 1e6);
  return p < 0.5 ? -half : half;
}

/** Two-sided p value of Welch's t-test for equal means. */
export function welchTest(a: readonly number[], b: readonly number[]): number {
  const moments = (values: readonly number[]) => {
    const centre = values.reduce((sum, v) => sum + v, 0) / values.length;
    const squares = values.reduce((sum, v) => sum + (v - centre) ** 2, 0);
    return { centre, error: squares / (values.length - 1) / values.length };
  };
  const [x, y] = [moments(a), moments(b)];
  const error = x.error + y.error;
  if (error === 0) return x.centre === y.centre ? 1 : 0;
  const degrees = error ** 2 / (x.error ** 2 / (a.length - 1) + y.error ** 2 / (b.length - 1));
  return 2 * studentCdf(-Math.abs(x.centre - y.centre) / Math.sqrt(error), degrees);
}

/** Halves the bracket until two neighbouring numbers are left: the functions are smooth and cheap, and it cannot diverge. */
function inverse(cdf: (x: number) => number, p: number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularized incomplete beta function by its continued fraction (Lentz's method). */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
  const away = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= c * d;
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Stirling's series, after the recurrence has moved the argument to where it is exact. */
function logGamma(value: number): number {
  let x = value;
  let shift = 0;
  for (; x < 12; x++) shift += Math.log(x);
  const s = 1 / (x * x);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
}
