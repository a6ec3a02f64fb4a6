import { describe, expect, it } from "vitest";
import {
  bootstrapMedian,
  intervalNote,
  medianInterval,
  type Nested,
  ratioInterval,
  resamplesFor,
} from "./bootstrap.ts";
import { median } from "./describe.ts";
import { seededRandom } from "./random.ts";
import { flatten, resample } from "./resample.ts";

const oneRunEach = (values: readonly number[]): Nested => values.map((value) => [[value]]);
const drawn = (hosts: readonly Nested[], resamples: number, how: "all levels" | "whole units" = "all levels") =>
  resample(flatten(hosts), "seed", resamples, how);

describe("resample", () => {
  it("draws every sample of two boots with the probabilities worked out by hand", () => {
    // Boots {0} and {10}: the resampled median is 0, 5 or 10 with probability 1/4, 1/2, 1/4.
    const medians = drawn([oneRunEach([0, 10])], 40_000);
    const share = (value: number) => medians.filter((m) => m === value).length / medians.length;
    expect(share(0)).toBeCloseTo(0.25, 1.7);
    expect(share(5)).toBeCloseTo(0.5, 1.7);
    expect(share(10)).toBeCloseTo(0.25, 1.7);
  });

  it.each([2, 3, 64, 65, 5000])("draws the %i samples of a run evenly", (count) => {
    // one boot, one run: the median of a resample of 0…n−1 lies around the middle, as far as theory says
    const medians = drawn([[[Array.from({ length: count }, (_, i) => i)]]], 4000);
    const mean = medians.reduce((sum, value) => sum + value, 0) / medians.length;
    expect(Math.abs(mean - (count - 1) / 2)).toBeLessThan(0.02 * count);
  });

  it("keeps to the hierarchy: runs within boots, samples within runs, whole units whole", () => {
    const values = (how: "all levels" | "whole units", data: Nested) => new Set(drawn([data], 4000, how));
    // boots {1 1 1 | 9} and {5}: only where runs are drawn can 9 come twice
    expect(values("all levels", [[[1, 1, 1], [9]], [[5]]])).toEqual(new Set([1, 5, 9]));
    expect(values("whole units", [[[1, 1, 1], [9]], [[5]]])).toEqual(new Set([1, 5]));
    // a run {0 100} can be drawn as {0 0} only when its samples are drawn
    expect(values("whole units", [[[0, 100]], [[0, 100]]])).toEqual(new Set([50]));
    expect(values("all levels", [[[0, 100]], [[0, 100]]])).toEqual(new Set([0, 50, 100]));
  });

  it("draws hosts where there are several: they are the units then", () => {
    const hosts = [oneRunEach([1, 2]), oneRunEach([11, 12])];
    expect(flatten(hosts).units).toBe(2);
    expect(new Set(drawn(hosts, 2000, "whole units"))).toEqual(new Set([1.5, 6.5, 11.5]));
  });

  it("agrees with a plain sort for odd and even sizes and for ties", () => {
    const random = seededRandom("selection");
    for (let size = 2; size < 40; size++) {
      const values = Array.from({ length: size }, () => Math.floor(random() * 7));
      const [only] = drawn(
        [
          [[values], [values]],
          [[values], [values]],
        ],
        1,
        "whole units",
      );
      expect(only).toBe(median(values));
    }
  });
});

describe("bootstrapMedian", () => {
  const boot = (values: readonly number[], seed = "x") => bootstrapMedian([oneRunEach(values)], seed, 2000);

  it("is a pure function of the seed", () => {
    expect(boot([3, 1, 4, 1, 5, 9], "a")).toEqual(boot([3, 1, 4, 1, 5, 9], "a"));
    expect(boot([3, 1, 4, 1, 5, 9], "a")).not.toEqual(boot([3, 1, 4, 1, 5, 9], "b"));
  });

  it("refuses to invent spread from one boot, however many runs it has", () => {
    expect(bootstrapMedian([[]], "none", 10)).toBeNull();
    expect(bootstrapMedian([[[[1], [2], [3]]]], "one", 10)).toBeNull();
  });

  it("spans the whole of few values, and is the value itself where nothing varies", () => {
    expect(medianInterval(boot([1, 2, 3]) as NonNullable<ReturnType<typeof boot>>)).toEqual({ low: 1, high: 3 });
    expect(medianInterval(boot([7, 7, 7]) as NonNullable<ReturnType<typeof boot>>)).toEqual({ low: 7, high: 7 });
  });

  it("is wider when boots differ than when the same spread lies within boots", () => {
    const between: Nested = [0, 2, 4, 6, 8].map((v) => [[v], [v], [v], [v]]);
    const within: Nested = Array.from({ length: 5 }, () => [[0], [2], [6], [8]]);
    const width = (data: Nested) => {
      const { low, high } = medianInterval(bootstrapMedian([data], "w", 2000) as never);
      return high - low;
    };
    expect(width(between)).toBeGreaterThan(width(within));
  });

  it("has no ratio interval when a side has one boot or a resampled baseline is zero", () => {
    expect(ratioInterval(boot([1, 2]), null)).toBeNull();
    expect(ratioInterval(boot([1, 2]), boot([0, 1]))).toBeNull();
    expect(ratioInterval(boot([2, 2, 2]), boot([1, 1, 1]))).toEqual({ low: 2, high: 2 });
  });

  it("draws less often from very many samples, never too seldom", () => {
    expect([1, 200, 400, 1e6].map(resamplesFor)).toEqual([10_000, 10_000, 5000, 2000]);
  });

  it("says what few boots are worth", () => {
    expect(intervalNote(1, "boots")).toBe("n = 1: no interval");
    // three boots: all on one side of the true median with probability 2 × 1/8
    expect(intervalNote(3, "boots")).toContain("75 %");
    expect(intervalNote(5, "boots")).toBeNull();
  });
});
