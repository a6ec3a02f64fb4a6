import { describe, expect, it } from "vitest";
import { mean, median, quantile, standardDeviation, tukeyOutliers } from "./describe.ts";

describe("descriptive statistics, checked by hand", () => {
  it("takes the middle, or the mean of the two middle values, whatever the order", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(() => median([])).toThrow(RangeError);
  });

  it("interpolates quantiles as R's type 7 does", () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([1, 2, 3, 4], 0.75)).toBe(3.25);
    expect(quantile([10, 20], 0)).toBe(10);
    expect(quantile([10, 20], 1)).toBe(20);
  });

  it("gives mean and sample standard deviation", () => {
    expect(mean([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5);
    // sum of squares 32, divided by n − 1 = 7
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(standardDeviation([1])).toBeNull();
  });

  it("marks values beyond 1.5 interquartile ranges, on both sides, and not the fence itself", () => {
    // quartiles 2 and 4 of the inner values: fences at −1 and 7
    expect(tukeyOutliers([1, 2, 3, 4, 100])).toEqual([false, false, false, false, true]);
    expect(tukeyOutliers([-50, 2, 3, 4, 5])).toEqual([true, false, false, false, false]);
    // 1..5 and 8: quartiles 2.25 and 4.75, upper fence 8.5
    expect(tukeyOutliers([1, 2, 3, 4, 5, 8])).toEqual(new Array(6).fill(false));
    expect(tukeyOutliers([1, 2, 3, 1000])).toEqual(new Array(4).fill(false));
  });
});
