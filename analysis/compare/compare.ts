/** Two campaigns cell by cell: what the second measured over what the first did. */
import { bootsNeeded, resampledMedian } from "../ratios.ts";
import { type Interval, meanRatioInterval } from "../statistics/bootstrap.ts";
import { noiseNote, withinNoise } from "../statistics/difference.ts";
import { measurementKey } from "../summarize.ts";
import type { CellSummary, Summary } from "../summary.ts";

export type Change = "better" | "worse" | "same" | "no difference shown" | "not compared";

export interface CellComparison {
  guest: string;
  spec: string;
  label: string;
  unit: string;
  direction: CellSummary["direction"];
  /** Medians; null: not measured there. */
  before: number | null;
  after: number | null;
  /** Median of the second campaign over that of the first. */
  ratio: number | null;
  /** 95 % for all cells of the comparison together. */
  interval: Interval | null;
  change: Change;
  /** Why it is not compared, or shows no difference. */
  note: string | null;
}

/** Least relative effect that A/A campaigns found detectable, by label. */
type Noise = Readonly<Record<string, number>>;

/** Cells are the same where guest, spec, workload, parameters, metric and unit are. */
export function compareCells(before: Summary, after: Summary, noise: Noise = {}): CellComparison[] {
  const others = new Map(after.cells.map((cell) => [measurementKey(cell), cell]));
  const own = new Set(before.cells.map((cell) => measurementKey(cell)));
  const pairs: [CellSummary | null, CellSummary | null][] = [
    ...before.cells.map((cell): [CellSummary, CellSummary | null] => [cell, others.get(measurementKey(cell)) ?? null]),
    ...after.cells.filter((cell) => !own.has(measurementKey(cell))).map((cell): [null, CellSummary] => [null, cell]),
  ];
  // files are the same or not: there is no chance in them
  const uncertain = pairs.filter(([a, b]) => a?.stage !== "static" && obstacleTo(before, after, a, b) === null);
  return pairs.map(([a, b]) => comparisonOf(before, after, a, b, uncertain.length, noise));
}

function obstacleTo(before: Summary, after: Summary, a: CellSummary | null, b: CellSummary | null): string | null {
  if (a === null || b === null) {
    const { guest, label } = (a ?? b) as CellSummary;
    const lacking = a === null ? before : after;
    const skip = lacking.skipped.find((one) => one.guest === guest && one.label === label);
    return `only in the ${a === null ? "second" : "first"}${skip ? `: ${skip.reason}` : ""}`;
  }
  if (a.median === null || b.median === null) return `no value in the ${a.median === null ? "first" : "second"}`;
  if (a.stage === "static") return a.median === 0 ? "zero in the first" : null;
  if (before.quick || after.quick) return "quick pass: sizes were cut";
  const emulated = a.functionalOnly ?? b.functionalOnly;
  if (emulated !== null) return `functional only (${a.functionalOnly === null ? b.accelerator : a.accelerator})`;
  return a.median === 0 ? "zero in the first" : null;
}

function comparisonOf(
  before: Summary,
  after: Summary,
  a: CellSummary | null,
  b: CellSummary | null,
  comparisons: number,
  noise: Noise,
): CellComparison {
  const { guest, spec, label, unit, direction, stage } = (a ?? b) as CellSummary;
  const result = {
    ...{ guest, spec, label, unit, direction, before: a?.median ?? null, after: b?.median ?? null },
    ...{ ratio: null, interval: null, change: "not compared" as Change, note: obstacleTo(before, after, a, b) },
  };
  if (result.note !== null || a === null || b === null || result.before === null || result.after === null)
    return result;
  const ratio = result.after / result.before;
  if (stage === "static") {
    const change = ratio === 1 ? "same" : changeOf(ratio, direction);
    return { ...result, ratio, interval: { low: ratio, high: ratio }, change };
  }
  const boots = Math.min(a.boots, b.boots);
  const unsure = { ...result, ratio, change: "no difference shown" as const };
  const needed = bootsNeeded(comparisons);
  if (boots < needed)
    return { ...unsure, note: `${boots} boots: too few for ${comparisons} cells (${needed} are needed)` };
  const base = resampledMedian(a.values, JSON.stringify([before.seed, before.campaign, a.id]));
  const own = resampledMedian(b.values, JSON.stringify([after.seed, after.campaign, b.id, "after"]));
  const interval = own && base && meanRatioInterval([[own, base]], comparisons);
  if (interval === null) return { ...unsure, note: "zero in some resamples of the first" };
  if (interval.low <= 1 && interval.high >= 1) return { ...unsure, interval };
  const detectable = noise[label] ?? 0;
  if (withinNoise(ratio, detectable)) return { ...unsure, interval, note: noiseNote(detectable) };
  return { ...result, ratio, interval, change: changeOf(ratio, direction) };
}

function changeOf(ratio: number, direction: CellSummary["direction"]): "better" | "worse" {
  return ratio > 1 === (direction === "higher") ? "better" : "worse";
}

/** Cells that are worse beyond doubt and by more than this part of the first campaign's value. */
export function regressions(cells: readonly CellComparison[], threshold: number): CellComparison[] {
  return cells.filter(({ change, ratio, direction }) => {
    if (change !== "worse" || ratio === null) return false;
    return (direction === "higher" ? 1 - ratio : ratio - 1) > threshold;
  });
}
