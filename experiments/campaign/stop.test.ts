import { describe, expect, test } from "vitest";
import { lookAt, median, stopReason } from "./stop.ts";

const rule = { minBoots: 3, maxBoots: 6, precision: 0.05 };
const reasonOf = (values: readonly number[], base: readonly number[] | null = null) =>
  stopReason(lookAt(values, base, "s"), rule);

describe("stopReason", () => {
  test.each([
    ["under the minimum, however narrow", [5, 5], null],
    ["narrow at the minimum", [5, 5, 5.01], "precision"],
    ["wide", [5, 6, 9], null],
    ["wide at the cap", [5, 6, 9, 2, 7, 4], "max-boots"],
    ["narrow at the cap", [5, 5, 5, 5, 5, 5], "precision"],
    ["all zero", [0, 0, 0], "precision"],
    ["around zero: no relative width", [-1, 0, 1], null],
  ])("%s", (_, values, expected) => {
    expect(reasonOf(values)).toBe(expected);
  });

  test("looks at the ratio where there is a baseline: its spread counts as well, and zero has no ratio", () => {
    const narrow = [5, 5, 5.01];
    expect(reasonOf(narrow, [1, 1, 1.001])).toBe("precision");
    expect(reasonOf(narrow, [1, 1.3, 2])).toBeNull();
    expect(reasonOf(narrow, [1])).toBeNull();
    expect(reasonOf(narrow, [0, 0, 0])).toBeNull();
    expect(lookAt(narrow, [0, 0, 0], "s")).toEqual({
      interval: "ratio to baseline",
      relativeHalfWidth: null,
      boots: 3,
    });
  });

  test("one boot is enough where the cap says so", () => {
    expect(stopReason(lookAt([5], null, "s"), { minBoots: 1, maxBoots: 1, precision: 0.05 })).toBe("max-boots");
  });
});

test("the interval is seeded, and narrows with more boots of the same spread", () => {
  const values = (n: number) => Array.from({ length: n }, (_, i) => 100 + (i % 5));
  const width = (n: number, base: readonly number[] | null = null) => lookAt(values(n), base, "x").relativeHalfWidth;
  expect(width(10)).toBe(width(10));
  expect(width(60)).toBeLessThan(width(6) as number);
  expect(width(60, values(60))).toBeLessThan(width(6, values(6)) as number);
  expect(width(6, values(6))).toBeGreaterThan(width(6) as number);
  expect(width(1)).toBeNull();
});

test("median", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});
