/** Every statistic against SciPy's answer on the same data: fixtures/known-answers.py made the file. */
import { describe, expect, it } from "vitest";
import { bootstrapMedian } from "./bootstrap.ts";
import { bimodalityCoefficient, mean, meanOf, median, quantile, standardDeviation, variance } from "./describe.ts";
import { normalCdf, normalQuantile, studentQuantile, welchTest } from "./distributions.ts";
import answers from "./fixtures/known-answers.json" with { type: "json" };
import { holm, mannWhitney } from "./tests.ts";

const sets = answers.sets as Record<string, number[]>;
const close = (actual: number | null, expected: number, relative = 1e-9) => {
  expect(actual).not.toBeNull();
  expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(relative * Math.max(1e-300, Math.abs(expected)));
};

describe.each(Object.entries(answers.described))("%s", (name, expected) => {
  const values = sets[name] as number[];
  it("has SciPy's median, quartiles, means and standard deviation", () => {
    const sorted = [...values].sort((a, b) => a - b);
    close(median(values), expected.median);
    close(quantile(sorted, 0.25), expected.quartiles[0] as number);
    close(quantile(sorted, 0.75), expected.quartiles[1] as number);
    close(mean(values), expected.mean);
    close(meanOf(values, "harmonic"), expected.harmonic);
    close(meanOf(values, "geometric"), expected.geometric);
    close(standardDeviation(values), expected.sd);
    close(Math.sqrt((variance(Float64Array.from(values)) * values.length) / (values.length - 1)), expected.sd);
  });

  it("has the bimodality coefficient of SciPy's skewness and kurtosis", () => {
    const n = values.length;
    if (n < 4) return expect(bimodalityCoefficient(values)).toBeNull();
    const coefficient = (expected.skewness ** 2 + 1) / (expected.kurtosis + (3 * (n - 1) ** 2) / ((n - 2) * (n - 3)));
    close(bimodalityCoefficient(values), coefficient);
  });
});

describe.each(answers.comparisons)("$sets", ({ sets: [a, b], exact, asymptotic, delta, welch }) => {
  const [x, y] = [sets[a as string] as number[], sets[b as string] as number[]];
  it("has SciPy's p value and Cliff's delta", () => {
    const result = mannWhitney(x, y);
    close(result?.p ?? null, exact ?? asymptotic);
    close((result?.delta ?? 0) + 2, delta + 2);
    close(mannWhitney(y, x)?.p ?? null, exact ?? asymptotic);
  });
  it("has SciPy's p value of Welch's t-test", () => close(welchTest(x, y), welch, 1e-8));
});

it("corrects for several comparisons as statsmodels does", () => {
  holm(answers.holm.p).forEach((p, i) => void close(p, answers.holm.adjusted[i] as number));
  expect(holm([])).toEqual([]);
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
});

it("agrees on the normal and Student's distributions", () => {
  for (const [x, p] of answers.normal) close(normalCdf(x as number), p as number, 1e-11);
  for (const [p, x] of answers["normal quantiles"]) expect(normalQuantile(p as number)).toBeCloseTo(x as number, 9);
  for (const [p, degrees, t] of answers["student quantiles"])
    close(studentQuantile(p as number, degrees as number), t as number, 1e-8);
});

it("spreads as SciPy's bootstrap of the median does", () => {
  const boots = (sets[answers.bootstrap.set] as number[]).map((value) => [[value]]);
  const resampled = bootstrapMedian([boots], "scipy", 50_000)?.resampled as Float64Array;
  close(Math.sqrt(variance(resampled)), answers.bootstrap["standard error of the median"], 0.02);
});
