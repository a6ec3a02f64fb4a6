import { describe, expect, it } from "vitest";
import type { CellSummary } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { DOTS_MAX, dotsFigure } from "./dots.ts";
import { phasesFigure } from "./phases.ts";

function cell(guest: string, values: readonly number[], overrides: Partial<CellSummary> = {}): CellSummary {
  const sorted = [...values].sort((a, b) => a - b);
  const series = {
    metric: "time",
    unit: "ms",
    values: values.map((value, i) => ({
      value,
      boot: `b${i}`,
      block: i,
      run: `r${i}`,
      attempt: 1,
      at: "2026-01-01T00:00:00Z",
      outlier: false,
    })),
    n: values.length,
    boots: values.length,
    runs: values.length,
    median: sorted[sorted.length >> 1] ?? null,
    mean: null,
    sd: null,
    interval: values.length > 1 ? { low: sorted[0] as number, high: sorted.at(-1) as number } : null,
    meanKind: "arithmetic" as const,
    intervalNote: null,
    resamples: null,
    outliers: 0,
    bimodal: false,
  };
  const compared = { ratio: null, ratioNote: null, comparison: null, reference: null };
  const counts = { failures: 0, warmUps: 0, disturbed: { repeated: 0, kept: 0 } };
  const rest = { ...compared, stopReason: null, ...counts, secondary: [] };
  const identity = {
    id: guest,
    guest,
    spec: "s",
    workload: "w",
    parameters: {},
    label: "w",
    stage: "guest",
    direction: "lower",
  } as const;
  return { ...identity, accelerator: "kvm", functionalOnly: null, bootUnit: "boots", ...series, ...rest, ...overrides };
}

function row(...cells: CellSummary[]): WorkloadRow {
  const byGuest = new Map(cells.map((each) => [each.guest, each]));
  return {
    slug: "s-w",
    spec: "s",
    workload: "w",
    label: "w",
    unit: "ms",
    direction: "lower",
    cells: byGuest,
    skipped: new Map(),
  };
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

const pathOf = (ink: string) => new RegExp(`<path d="([^"]*)"[^>]*stroke:var\\(--${ink}\\)`, "g");
const marksIn = (svg: string, ink: string, mark: RegExp) =>
  [...svg.matchAll(pathOf(ink))].reduce((sum, [, d]) => sum + count(d as string, mark), 0);
const dotsIn = (svg: string, ink: string) => marksIn(svg, ink, /h0/g);
const ringsIn = (svg: string) => marksIn(svg, "alert", /m-3 0/g);

describe("dotsFigure", () => {
  it("draws a dot for each sample, outliers as rings, a bar and a tick per guest, in colours the page sets", async () => {
    const values = [10, 11, 12, 30];
    const vm = cell("vm", values);
    (vm.values[3] as CellSummary["values"][number]).outlier = true;
    const figure = await dotsFigure(row(cell("host", [9]), vm), ["host", "vm", "gone"]);
    const svg = figure?.file ?? "";
    expect(dotsIn(svg, "accent")).toBe(4);
    expect(ringsIn(svg)).toBe(1);
    expect(count(svg, /<line[^>]*style="stroke:var\(--band\)/g)).toBe(1);
    expect(count(svg, /<line[^>]*style="stroke:var\(--ink\)/g)).toBe(2);
    expect(svg).not.toMatch(/#0\d0\d0\d/);
    expect(svg).toMatch(
      /^<svg xmlns="[^"]+" viewBox="0 0 420 \d+" role="img" aria-label="w, ms\. lower is better\. host: median/,
    );
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(figure?.inline).not.toContain("<style>");
  });

  it("greys out guests that are functional only", async () => {
    const svg = (await dotsFigure(row(cell("vm", [1, 2], { functionalOnly: "emulated" })), ["vm"]))?.inline ?? "";
    expect(dotsIn(svg, "muted")).toBe(2);
    expect(svg).toContain("vm †");
  });

  it("draws many samples as their quantiles, with the least, the greatest and a place for each outlier", async () => {
    const many = cell(
      "vm",
      Array.from({ length: 10_000 }, (_, i) => 100 + i / 100),
    );
    (many.values[0] as CellSummary["values"][number]).outlier = true;
    const svg = (await dotsFigure(row(many), ["vm"]))?.inline ?? "";
    expect(dotsIn(svg, "accent")).toBe(DOTS_MAX);
    expect(ringsIn(svg)).toBe(1);
    const places = [...(/d="([^"]*)"[^>]*--accent/.exec(svg)?.[1] ?? "").matchAll(/M([\d.]+)/g)].map(([, x]) =>
      Number(x),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(svg.length).toBeLessThan(3000);
  });

  it("is logarithmic from a range of 50 on, and never with a zero", async () => {
    const text = async (a: number, b: number) =>
      (await dotsFigure(row(cell("a", [a]), cell("b", [b])), ["a", "b"]))?.inline ?? "";
    expect(await text(1, 51)).toContain("logarithmic");
    expect(await text(1, 49)).not.toContain("logarithmic");
    expect(await text(0, 49)).not.toContain("logarithmic");
  });

  it("draws the same bytes again, escapes names, and nothing where there is nothing", async () => {
    const evil = "<script>alert(1)</script>";
    const draw = async () => (await dotsFigure(row(cell(evil, [1, 2])), [evil]))?.file ?? "";
    expect(await draw()).toBe(await draw());
    expect(await draw()).not.toContain("<script");
    expect(await draw()).toContain("&lt;script&gt;");
    expect(await dotsFigure(row(), ["a"])).toBeNull();
  });
});

describe("phasesFigure", () => {
  it("puts the moments of a boot in order of time, and is left out where there are none", async () => {
    const { secondary: _, ...own } = cell("vm", [100]);
    const early = {
      metric: "process",
      unit: "ms",
      values: [],
      n: 1,
      boots: 1,
      runs: 1,
      median: 5,
      mean: 5,
      sd: null,
      interval: null,
      meanKind: "arithmetic" as const,
      resamples: null,
      bimodal: false,
      intervalNote: null,
      outliers: 0,
    };
    const other = { ...early, metric: "SYNs", unit: "packets" };
    const boot = { ...own, stage: "boot" as const, secondary: [other, early] };
    const figure = await phasesFigure(row(boot), ["vm"]);
    expect(figure?.description).toBe("Medians. vm: process at 5.00 ms, time at 100 ms.");
    expect(count(figure?.inline ?? "", /<path[^>]*style="fill:var\(--(accent|ink)\)/g)).toBe(2);
    expect(await phasesFigure(row({ ...boot, secondary: [] }), ["vm"])).toBeNull();
    expect(await phasesFigure(row({ ...boot, stage: "guest" }), ["vm"])).toBeNull();
  });
});
