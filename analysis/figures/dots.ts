/**
 * One workload: a row per guest with samples as dots, the interval as a bar and the median as a tick. Drawn by a template of
 * its own, all dots of a guest as one path: a report has a thousand of them.
 */
import { interval, number, plural, quantity } from "../format.ts";
import type { CellSummary } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { escaped, type Figure, svgOf, WIDTH } from "./render.ts";
import { type Scale, scaleOf } from "./scale.ts";

const LABEL = 22;
const STRIP = 30;
const AXIS = 42;
const LEFT = 8;
const RIGHT = WIDTH - 12;
/** Of names and results, which share a line. */
const TEXT_LIMIT = 29;
/** Dots step through these heights in the order drawn, so that equal values stay apart. */
const steps = [0, 5, -5, 2.5, -2.5];
/** More samples than this are drawn as so many of their quantiles. */
export const DOTS_MAX = 60;

type Measured = CellSummary & { median: number };
const isMeasured = (cell: CellSummary | undefined): cell is Measured => cell !== undefined && cell.median !== null;

/** null where no guest has a value. */
export function dotsFigure(row: WorkloadRow, guests: readonly string[]): Figure | null {
  const measured = [...row.cells.values()].filter(isMeasured);
  if (measured.length === 0) return null;
  const better = row.direction === "lower" ? "lower is better" : "higher is better";
  const scale = scaleOf(
    measured.flatMap((cell) => cell.values.map(({ value }) => value)),
    LEFT,
    RIGHT,
  );
  let top = 0;
  const rows = guests.map((guest) => {
    const cell = row.cells.get(guest);
    const texts = labels(row, guest, cell, top + LABEL / 2 + 4);
    top += LABEL + (isMeasured(cell) ? STRIP : 4);
    return isMeasured(cell) ? texts + strip(cell, scale, top - STRIP / 2 - 3) : texts;
  });
  const title = `${row.label}, ${row.unit}`;
  const about = `${row.unit}${scale.log ? ", logarithmic" : ""} (${better})`;
  const body = axis(scale, about, top) + rows.join("");
  return svgOf(row.slug, title, describe(row, guests, better), top + AXIS, body);
}

const text = (x: number, y: number, size: number, ink: string, anchor: string, words: string) =>
  `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" style="fill:var(--${ink})">${escaped(words)}</text>`;
const rule = (x1: number, y1: number, x2: number, y2: number, width: number, ink: string) =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke-width="${width}" style="stroke:var(--${ink})"/>`;

function axis({ ticks }: Scale, about: string, bottom: number): string {
  const marks = ticks.map(({ at, text: words }) => {
    const anchor = at < 20 ? "start" : at > WIDTH - 24 ? "end" : "middle";
    const x = anchor === "start" ? at - 4 : anchor === "end" ? at + 4 : at;
    return rule(at, 0, at, bottom + 4, 1, "rule") + text(x, bottom + 18, 12, "muted", anchor, words);
  });
  return marks.join("") + text(WIDTH / 2, bottom + 36, 12, "muted", "middle", about);
}

/** A guest without a value takes this line alone. */
function labels(row: WorkloadRow, guest: string, cell: CellSummary | undefined, y: number): string {
  const name = `${shortened(guest)}${cell?.functionalOnly ? " †" : ""}`;
  return text(0, y, 13, "ink", "start", name) + text(WIDTH, y, 12, "muted", "end", resultOf(row, guest, cell));
}

function shortened(name: string): string {
  return name.length > TEXT_LIMIT ? `${name.slice(0, TEXT_LIMIT - 1)}…` : name;
}

function resultOf(row: WorkloadRow, guest: string, cell: CellSummary | undefined): string {
  if (!cell) return row.skipped.has(guest) ? "skipped" : "not planned";
  if (cell.median === null) return cell.failures > 0 ? "failed" : "not measured";
  return quantity(cell.median, cell.unit);
}

function strip(cell: Measured, { place }: Scale, y: number): string {
  const { low, high } = cell.interval ?? { low: Number.NaN, high: Number.NaN };
  const bar = cell.interval === null ? "" : rule(place(low), y, place(high), y, 12, "band");
  const median = rule(place(cell.median), y - 11, place(cell.median), y + 11, 2, "ink");
  const inside = thinned(cell.values.filter(({ outlier }) => !outlier).map(({ value }) => value));
  const outside = thinned(cell.values.filter(({ outlier }) => outlier).map(({ value }) => value));
  const ink = cell.functionalOnly === null ? "accent" : "muted";
  const at = (value: number, i: number) => `M${place(value)} ${y + (steps[i % steps.length] as number)}`;
  const dots = `<path d="${inside.map((value, i) => `${at(value, i)}h0`).join("")}" stroke-width="6" stroke-linecap="round" stroke-opacity="0.7" style="stroke:var(--${ink})"/>`;
  const ring = (value: number, i: number) => `${at(value, i)}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0`;
  const rings = `<path d="${outside.map(ring).join("")}" fill="none" stroke-width="1.6" style="stroke:var(--alert)"/>`;
  return bar + (inside.length > 0 ? dots : "") + median + (outside.length > 0 ? rings : "");
}

/** As they are, or where there are many, quantiles at even distances from the least to the greatest. */
function thinned(values: readonly number[]): readonly number[] {
  if (values.length <= DOTS_MAX) return values;
  const sorted = Float64Array.from(values).sort();
  return Array.from(
    { length: DOTS_MAX },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (DOTS_MAX - 1))] as number,
  );
}

function describe(row: WorkloadRow, guests: readonly string[], better: string): string {
  const parts = guests.map((guest) => {
    const cell = row.cells.get(guest);
    if (!cell) return `${guest}: skipped`;
    if (cell.median === null) return `${guest}: no value`;
    const range = cell.interval === null ? "no interval" : `95 % interval ${interval(cell.interval)}`;
    return `${guest}: median ${number(cell.median)} ${cell.unit}, ${range}, ${plural(cell.n, "sample")}`;
  });
  return `${better}. ${parts.join("; ")}.`;
}
