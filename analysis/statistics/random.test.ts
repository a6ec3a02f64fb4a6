import { expect, it } from "vitest";
import { seededRandom } from "./random.ts";

it("is even over [0, 1), the same for one seed, and different for its neighbours", () => {
  const random = seededRandom("seed");
  const bins = new Array(10).fill(0);
  for (let i = 0; i < 20_000; i++) {
    const value = random();
    expect(value >= 0 && value < 1).toBe(true);
    bins[Math.floor(value * 10)]++;
  }
  for (const bin of bins) expect(Math.abs(bin - 2000)).toBeLessThan(200);
  const first = (seed: string) => {
    const next = seededRandom(seed);
    return [next(), next(), next()];
  };
  expect(first("7")).toEqual(first("7"));
  expect(first("7")).not.toEqual(first("8"));
});
