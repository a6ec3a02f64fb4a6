import { describe, expect, it } from "vitest";
import { numbers, statements } from "./index.ts";
import type { Published } from "./published.ts";

/** Counted and summed from the published tables by a separate script (column by column), not by this code. */
const recorded: readonly [
  study: string,
  place: string,
  quantity: string,
  statistic: string,
  count: number,
  sum: number,
][] = [
  ["nfvrg2016", "summary table", "instantiation", "value", 7, 13072.0],
  ["nfvrg2016", "summary table", "Tx throughput", "value", 7, 235.8],
  ["nfvrg2016", "summary table", "Rx throughput", "value", 7, 250.3],
  ["nfvrg2016", "summary table", "RTT", "value", 7, 104.0],
  ["nfvrg2016", "summary table", "image size", "value", 7, 1908.2],
  ["nfvrg2016", "summary table", "memory usage", "value", 7, 318.8],
  ["mavridis2019", "Table II", "requests", "average", 70, 259295.16],
  ["mavridis2019", "Table II", "requests", "maximum", 70, 289994.0],
  ["mavridis2019", "Table II", "requests", "standard deviation", 70, 28064.01],
  ["mavridis2019", "Table II", "latency", "average", 70, 1213.92],
  ["mavridis2019", "Table II", "latency", "maximum", 80, 54853.99],
  ["mavridis2019", "Table II", "latency", "standard deviation", 80, 3582.6],
  ["mavridis2019", "Table III", "memory while serving", "value", 4, 305.0],
  ["mavridis2019", "Table IV", "latency", "average", 12, 147.96],
  ["mavridis2019", "Table IV", "latency", "maximum", 12, 1058.76],
  ["mavridis2019", "Table IV", "latency", "95th percentile", 12, 263.51],
];

const pick = (study: string, place: string, quantity: string, statistic: string) =>
  numbers.filter(
    (one) => one.study === study && one.place === place && one.quantity === quantity && one.statistic === statistic,
  );

describe("published numbers", () => {
  it.each(recorded)("%s, %s, %s, %s: count and sum of the source", (study, place, quantity, statistic, count, sum) => {
    const found = pick(study, place, quantity, statistic);
    expect(found).toHaveLength(count);
    expect(found.reduce((total, { value }) => total + value, 0)).toBeCloseTo(sum, 6);
  });

  it("holds nothing beyond what was counted, and each number once", () => {
    expect(numbers).toHaveLength(recorded.reduce((total, [, , , , count]) => total + count, 0));
    const key = ({ value: _, ...rest }: Published) => JSON.stringify(rest);
    expect(new Set(numbers.map(key)).size).toBe(numbers.length);
    for (const { unit, value } of numbers) {
      expect(unit).not.toBe("");
      expect(value).toBeGreaterThan(0);
    }
  });

  it.each([
    ["Table II", "container.vm-virtio", "requests", { connections: 40 }, "standard deviation", 743.04],
    ["Table II", "rumprun", "requests", { connections: 90 }, "average", 236.32],
    ["Table II", "mirageos", "requests", { connections: 90 }, "maximum", 5400],
    ["Table II", "osv", "latency", { connections: 100 }, "maximum", 1190],
    ["Table II", "includeos", "latency", { connections: 10 }, "average", 1.83],
    ["Table III", "mirageos", "memory while serving", {}, "value", 7],
    ["Table IV", "rumprun", "latency", { mode: "read-write" }, "95th percentile", 138.71],
    ["Table IV", "container.vm-virtio", "latency", { mode: "read-write" }, "maximum", 223.75],
  ])("%s, %s, %s, %j, %s is %d", (place, system, quantity, parameters, statistic, value) => {
    expect(numbers).toContainEqual(expect.objectContaining({ place, system, quantity, parameters, statistic, value }));
  });

  it("leaves out what is illegible", () => {
    const osv = numbers.filter(({ system, quantity }) => system === "osv" && quantity === "requests");
    expect(osv).toEqual([]);
    expect(numbers.filter(({ parameters }) => parameters.connections === 1)).toEqual([]);
    const averages = pick("mavridis2019", "Table II", "latency", "average");
    expect(averages.filter(({ system }) => system === "osv").map((one) => one.parameters.connections)).toEqual([
      50, 60, 70, 80, 90, 100,
    ]);
  });
});

describe("published statements", () => {
  it("turns percentages and factors into ratios", () => {
    const ratio = (place: string, system: string, parameters = {}) =>
      statements.find((one) => one.place === place && one.system === system && match(one.parameters, parameters))
        ?.ratio;
    const match = (a: object, b: object) => Object.entries(b).every(([key, value]) => Object(a)[key] === value);
    expect(ratio("Fig 7", "kvm")).toBeCloseTo(0.645, 12);
    expect(ratio("Fig 2", "domu")).toBeCloseTo(1.05, 12);
    expect(ratio("Fig 8", "docker", { test: "udp-rr" })).toBeCloseTo(0.81, 12);
    expect(ratio("as reported elsewhere", "rumprun")).toBeCloseTo(1 / 32, 12);
    expect(ratio("abstract", "osv")).toBe(2);
  });

  it("has every percentage of raho2015, which sum up to what the source says", () => {
    const own = statements.filter(({ study }) => study === "raho2015");
    expect(own).toHaveLength(22);
    // by figure, summed by hand: 10 − 5 − 8.5 − 3.5 − 12.5 − 59 − 4 − 6.5 − 87 − 77
    expect(own.reduce((sum, { stated }) => sum + stated.value, 0)).toBeCloseTo(-253, 9);
  });
});
