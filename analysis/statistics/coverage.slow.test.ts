/**
 * What the statistics promise, by simulation of campaigns whose truth is known: intervals cover it in 93–97 % of them, and
 * two identical systems on a drifting host whose boots differ are called different in at most 5 %. All of it is seeded.
 */
import { describe, expect, it } from "vitest";
import { type Bootstrap, bootstrapMedian, medianInterval, type Nested, ratioInterval } from "./bootstrap.ts";
import { median } from "./describe.ts";
import { differs } from "./difference.ts";
import { welchTest } from "./distributions.ts";
import { type Random, seededRandom } from "./random.ts";
import { mannWhitney } from "./tests.ts";

const RESAMPLES = 1000;

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

interface Shape {
  boots: number;
  runs: number;
  samples: number;
  /** Standard deviations between boots, between the runs of a boot, and within a run. */
  spread: readonly [number, number, number];
}

function measure(random: Random, centre: number, { boots, runs, samples, spread }: Shape): Nested {
  const many = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  return many(boots, () => {
    const boot = centre + spread[0] * normal(random);
    return many(runs, () => {
      const run = boot + spread[1] * normal(random);
      return many(samples, () => run + spread[2] * normal(random));
    });
  });
}

const shapes: [string, Shape][] = [
  ["boots differ", { boots: 10, runs: 1, samples: 1, spread: [2, 0, 0] }],
  ["boots and samples", { boots: 10, runs: 1, samples: 5, spread: [2, 0, 2] }],
  ["all levels", { boots: 10, runs: 3, samples: 5, spread: [2, 1, 1] }],
  ["runs alone", { boots: 10, runs: 3, samples: 1, spread: [0, 2, 0] }],
  ["samples alone", { boots: 10, runs: 3, samples: 5, spread: [0, 0, 2] }],
  ["twenty boots", { boots: 20, runs: 3, samples: 5, spread: [2, 2, 2] }],
];

describe("95 % intervals cover the truth in 93 to 97 % of campaigns", () => {
  const trials = 1000;
  it.each(shapes)("of the median: %s", (name, shape) => {
    const random = seededRandom(`median ${name}`);
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const boot = bootstrapMedian([measure(random, 100, shape)], `${trial}`, RESAMPLES) as Bootstrap;
      const { low, high } = medianInterval(boot);
      if (low <= 100 && 100 <= high) covered++;
    }
    console.log(`median, ${name}: ${((100 * covered) / trials).toFixed(1)} %`);
    expect(covered / trials).toBeGreaterThanOrEqual(0.93);
    expect(covered / trials).toBeLessThanOrEqual(0.97);
  });

  it.each(shapes)("of the ratio: %s", (name, shape) => {
    const random = seededRandom(`ratio ${name}`);
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const own = bootstrapMedian([measure(random, 130, shape)], `a${trial}`, RESAMPLES);
      const base = bootstrapMedian([measure(random, 100, shape)], `b${trial}`, RESAMPLES);
      const interval = ratioInterval(own, base);
      if (interval !== null && interval.low <= 1.3 && 1.3 <= interval.high) covered++;
    }
    console.log(`ratio, ${name}: ${((100 * covered) / trials).toFixed(1)} %`);
    expect(covered / trials).toBeGreaterThanOrEqual(0.93);
    expect(covered / trials).toBeLessThanOrEqual(0.97);
  });
});

/** A host that warms up and wanders: what is measured later is slower, whichever system it is. */
function campaign(random: Random, blocks: number, randomised: boolean): [Nested, Nested] {
  const sides: [number[][][], number[][][]] = [[], []];
  const order = randomised
    ? Array.from({ length: blocks }, () => (random() < 0.5 ? [0, 1] : [1, 0])).flat()
    : [...new Array<number>(blocks).fill(0), ...new Array<number>(blocks).fill(1)];
  let wander = 0;
  order.forEach((side, position) => {
    wander += 0.5 * normal(random);
    const boot = 100 + (6 * position) / order.length + wander + 2 * normal(random);
    sides[side as 0 | 1].push([Array.from({ length: 10 }, () => boot + normal(random))]);
  });
  return sides;
}

it.each([6, 10])("calls two identical systems different in at most 5 % of campaigns of %i blocks", (blocks) => {
  const random = seededRandom(`identical ${blocks}`);
  const trials = 1000;
  let [called, naive] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const [a, b] = campaign(random, blocks, true);
    const interval = ratioInterval(
      bootstrapMedian([a], `a${trial}`, RESAMPLES),
      bootstrapMedian([b], `b${trial}`, RESAMPLES),
    );
    const perBoot = (side: Nested) => side.map((boot) => median(boot.flat()));
    const p = mannWhitney(perBoot(a), perBoot(b))?.p ?? null;
    if (differs({ interval, pHolm: p }, null) === "different") called++;
    const [first, second] = campaign(random, blocks, false);
    if (welchTest(first.flat(2), second.flat(2)) < 0.05) naive++;
  }
  const percent = (count: number) => `${((100 * count) / trials).toFixed(1)} %`;
  console.log(`identical systems, ${blocks} blocks: called different in ${percent(called)}`);
  console.log(`  one after the other, all samples in a t-test: ${percent(naive)}`);
  expect(called / trials).toBeLessThanOrEqual(0.05);
  expect(naive / trials).toBeGreaterThan(0.2);
});

it("does see a difference that is there", () => {
  const random = seededRandom("power");
  let seen = 0;
  for (let trial = 0; trial < 200; trial++) {
    const [a, b] = campaign(random, 10, true);
    const slower = b.map((boot) => boot.map((run) => run.map((value) => value * 1.1)));
    const interval = ratioInterval(
      bootstrapMedian([slower], `a${trial}`, RESAMPLES),
      bootstrapMedian([a], `b${trial}`, RESAMPLES),
    );
    const perBoot = (side: Nested) => side.map((boot) => median(boot.flat()));
    const p = mannWhitney(perBoot(slower), perBoot(a))?.p ?? null;
    if (differs({ interval, pHolm: p }, null) === "different") seen++;
  }
  expect(seen / 200).toBeGreaterThan(0.9);
});
