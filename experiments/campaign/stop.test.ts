import { describe, expect, test } from "vitest";
import { median, relativeHalfWidth, stopReason } from "./stop.ts";

const rule = { minBoots: 3, maxBoots: 6, precision: 0.05 };

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
    expect(stopReason(values, rule, "s")).toBe(expected);
  });

  test("one boot is enough where the cap says so", () => {
    expect(stopReason([5], { minBoots: 1, maxBoots: 1, precision: 0.05 }, "s")).toBe("max-boots");
  });
});

test("the interval is seeded, and narrows with more boots of the same spread", () => {
  const values = (n: number) => Array.from({ length: n }, (_, i) => 100 + (i % 5));
  expect(relativeHalfWidth(values(10), "x")).toBe(relativeHalfWidth(values(10), "x"));
  expect(relativeHalfWidth(values(60), "x")).toBeLessThan(relativeHalfWidth(values(6), "x"));
  expect(relativeHalfWidth([1], "x")).toBe(Number.POSITIVE_INFINITY);
});

test("median", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});
