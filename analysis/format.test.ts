import { expect, it } from "vitest";
import { duration, instant, interval, number, plural, quantity } from "./format.ts";

it.each([
  [0, "0"],
  [0.012345, "0.0123"],
  [3.8, "3.80"],
  [45.06, "45.1"],
  [431.4, "431"],
  [2988.4, "2988"],
  [123_456, "123\u202f000"],
  [1_234_567, "1\u202f230\u202f000"],
  [-2.5, "-2.50"],
  [3.2e-5, "0.0000320"],
  [3.2e-7, "3.20e-7"],
  [999.7, "1000"],
  [5e12, "5.00e+12"],
])("writes %f as %s", (value, text) => {
  expect(number(value)).toBe(text);
});

it("keeps unit and number on one line, and writes ranges, spans and moments", () => {
  expect(quantity(4, "ms")).toBe("4.00\u00a0ms");
  expect(interval({ low: 1, high: 22.22 })).toBe("[1.00, 22.2]");
  expect([900, 1500, 65_000, 3_720_000].map(duration)).toEqual(["900 ms", "1.5 s", "1 min 5 s", "1 h 2 min"]);
  expect(instant("2026-03-04T05:06:07.890Z")).toBe("2026-03-04 05:06:07 UTC");
  expect([plural(1, "boot"), plural(2, "boot"), plural(0, "boot")]).toEqual(["1 boot", "2 boots", "0 boots"]);
});
