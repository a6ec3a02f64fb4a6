import { describe, expect, it } from "vitest";
import { bootstrapMedians, intervalNote, type Nested, percentileInterval, ratioInterval } from "./bootstrap.ts";
import { median } from "./describe.ts";
import { type Random, seededRandom } from "./random.ts";

const oneRunEach = (values: readonly number[]): Nested => values.map((value) => [[value]]);

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe("bootstrapMedians", () => {
  it("draws every sample of two boots with the probabilities worked out by hand", () => {
    // Boots {0} and {10}: the resampled median is 0, 5 or 10 with probability 1/4, 1/2, 1/4.
    const medians = bootstrapMedians(oneRunEach([0, 10]), "two", 40_000) as Float64Array;
    const share = (value: number) => medians.filter((m) => m === value).length / medians.length;
    expect(share(0)).toBeCloseTo(0.25, 1.7);
    expect(share(5)).toBeCloseTo(0.5, 1.7);
    expect(share(10)).toBeCloseTo(0.25, 1.7);
  });

  it("keeps the samples of a run together and draws runs within boots", () => {
    const medians = bootstrapMedians([[[1, 1, 1], [9]], [[5]]], "nested", 2000) as Float64Array;
    const seen = [...new Set(medians)].sort((a, b) => a - b);
    // Boot 1 twice with runs {1,1,1} and {9} can never give 5 alone; both boots 2 gives 5.
    expect(seen).toEqual([1, 3, 5, 7, 9].filter((value) => seen.includes(value)));
    expect(seen).toContain(5);
    expect(seen).toContain(1);
    expect(seen).toContain(9);
  });

  it("agrees with a plain sort for odd and even sizes and for ties", () => {
    const random = seededRandom("selection");
    for (let size = 2; size < 40; size++) {
      const value = Math.floor(random() * 5);
      const medians = bootstrapMedians([[Array(size).fill(value)], [Array(size).fill(value)]], "ties", 3);
      expect([...(medians as Float64Array)]).toEqual([value, value, value]);
      const values = Array.from({ length: size }, () => Math.floor(random() * 7));
      const [only] = bootstrapMedians([[values], [values]], "same", 1) as Float64Array;
      expect(only).toBe(median([...values, ...values]));
    }
  });

  it("is a pure function of the seed", () => {
    const boots = oneRunEach([3, 1, 4, 1, 5, 9]);
    expect(bootstrapMedians(boots, "a", 50)).toEqual(bootstrapMedians(boots, "a", 50));
    expect(bootstrapMedians(boots, "a", 50)).not.toEqual(bootstrapMedians(boots, "b", 50));
  });

  it("refuses to invent spread from one boot, however many runs it has", () => {
    expect(bootstrapMedians([[[1], [2], [3]]], "one")).toBeNull();
    expect(bootstrapMedians([], "none")).toBeNull();
  });
});

describe("intervals", () => {
  it("spans the whole of few values, and is the value itself where nothing varies", () => {
    expect(percentileInterval(bootstrapMedians(oneRunEach([1, 2, 3]), "x") as Float64Array)).toEqual({
      low: 1,
      high: 3,
    });
    expect(percentileInterval(bootstrapMedians(oneRunEach([7, 7, 7]), "x") as Float64Array)).toEqual({
      low: 7,
      high: 7,
    });
  });

  it.each([10, 20])("covers the true median of normal data about as often as it says (%i boots)", (boots) => {
    const random = seededRandom(`coverage ${boots}`);
    const trials = 400;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: boots }, () => 50 + 4 * normal(random));
      const { low, high } = percentileInterval(bootstrapMedians(oneRunEach(values), `${trial}`, 400) as Float64Array);
      if (low <= 50 && 50 <= high) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.9);
    expect(covered / trials).toBeLessThan(0.99);
  });

  it("is wider when boots differ than when the same spread lies within boots", () => {
    const between: Nested = [0, 2, 4, 6, 8].map((v) => [[v], [v], [v], [v]]);
    const within: Nested = Array.from({ length: 5 }, () => [[0], [2], [6], [8]]);
    const width = (data: Nested) => {
      const { low, high } = percentileInterval(bootstrapMedians(data, "w") as Float64Array);
      return high - low;
    };
    expect(width(between)).toBeGreaterThan(width(within));
  });

  it("covers the true ratio of two normal samples", () => {
    const random = seededRandom("ratio");
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const side = (centre: number, name: string) =>
        bootstrapMedians(oneRunEach(Array.from({ length: 12 }, () => centre * (1 + 0.03 * normal(random)))), name, 400);
      const interval = ratioInterval(side(300, `a${trial}`), side(100, `b${trial}`));
      if (interval !== null && interval.low <= 3 && 3 <= interval.high) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.9);
    expect(covered / 300).toBeLessThanOrEqual(1);
  });

  it("has no ratio interval when a side has one boot or a resampled baseline is zero", () => {
    const some = bootstrapMedians(oneRunEach([1, 2]), "s", 100);
    expect(ratioInterval(some, null)).toBeNull();
    expect(ratioInterval(some, bootstrapMedians(oneRunEach([0, 1]), "z", 100))).toBeNull();
  });

  it("says what few boots are worth", () => {
    expect(intervalNote(1, "boots")).toBe("n = 1: no interval");
    // three boots: all on one side of the true median with probability 2 × 1/8
    expect(intervalNote(3, "boots")).toContain("75 %");
    expect(intervalNote(5, "boots")).toBeNull();
  });
});
