import { describe, expect, it } from "vitest";
import { scaleOf } from "./scale.ts";

const texts = (...values: number[]) => scaleOf(values, 0, 400).ticks.map(({ text }) => text);

describe("scaleOf", () => {
  it("is linear from zero to a round number, with every value inside", () => {
    expect(texts(3, 9.4)).toEqual(["0", "2", "4", "6", "8", "10"]);
    expect(texts(0.12)).toEqual(["0", "0.05", "0.1", "0.15"]);
    expect(texts(0)).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1"]);
    expect(texts(-3, 5)).toEqual(["-4", "-2", "0", "2", "4", "6"]);
    for (const value of [3e-7, 0.07, 1, 99, 1000, 123_456, 7e11]) {
      const { place, ticks, log } = scaleOf([value], 0, 400);
      expect(log).toBe(false);
      expect(place(0)).toBe(0);
      expect(place(value)).toBeGreaterThan(200);
      expect(place(value)).toBeLessThanOrEqual(400);
      expect(ticks.length).toBeGreaterThan(1);
    }
  });

  it("is logarithmic for a wide range above zero, where equal ratios are equal distances", () => {
    const { log, place, ticks } = scaleOf([1, 1000], 0, 400);
    expect(log).toBe(true);
    expect(place(10) - place(1)).toBeCloseTo(place(1000) - place(100), 0);
    expect(ticks.map(({ text }) => text)).toEqual(["1", "10", "100", "1000"]);
    expect(scaleOf([0, 1000], 0, 400).log).toBe(false);
  });

  it("leaves out labels that would touch", () => {
    const { ticks } = scaleOf([1e6, 9e6], 0, 400);
    for (const [i, tick] of ticks.entries())
      if (i > 0) expect(tick.at - (ticks[i - 1]?.at as number)).toBeGreaterThan(tick.text.length * 7);
  });
});
