/** One workload: a row per guest with every sample as a dot, the interval as a bar and the median as a tick. */
import type { TopLevelSpec } from "vega-lite";
import { interval, number, plural, quantity } from "../format.ts";
import type { CellSummary } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { pixels, valueAxis } from "./axis.ts";
import { type Figure, renderFigure, WIDTH } from "./render.ts";
import { colour } from "./theme.ts";

const LABEL = 22;
const STRIP = 30;
/** Dots step through these heights in the order measured, so that equal values stay apart. */
const steps = [0, 5, -5, 2.5, -2.5];

interface Placed {
  guest: string;
  cell: CellSummary | undefined;
  top: number;
  strip: number;
}

/** null where no guest has a value. */
export async function dotsFigure(row: WorkloadRow, guests: readonly string[]): Promise<Figure | null> {
  const { placed, height } = place(row, guests);
  const measured = placed.flatMap(({ cell, strip }) => (cell && cell.median !== null ? { ...cell, strip } : []));
  if (measured.length === 0) return null;
  const better = row.direction === "lower" ? "lower is better" : "higher is better";
  const values = measured.flatMap((cell) => cell.values.map((sample) => sample.value));
  const { x } = valueAxis(values, (scale) => `${row.unit}${scale} (${better})`, 5);
  const y = { field: "y", ...pixels(height) };
  const label = (field: string, align: string, at: number | string, ink: string, fontSize: number) => ({
    mark: { type: "text", align, fontSize, limit: WIDTH * 0.48 },
    encoding: { x: { value: at }, y, text: { field }, color: { value: ink } },
  });
  const dots = (filter: string, mark: object, ink: string) => ({
    transform: [{ filter }],
    mark: { type: "point", size: 28, ...mark },
    encoding: { x, y, color: { value: ink } },
  });
  const bars = measured.flatMap((cell) => (cell.interval === null ? [] : { ...cell.interval, y: cell.strip }));
  const ticks = measured.map((cell) => ({ value: cell.median, y: cell.strip - 11, y2: cell.strip + 11 }));
  const spec = {
    width: WIDTH,
    height,
    padding: { left: 6, right: 10, top: 2, bottom: 2 },
    autosize: { type: "fit-x", contains: "padding" },
    layer: [
      {
        data: { values: placed.map((item) => labelOf(row, item)) },
        layer: [label("name", "left", 0, colour.ink, 13), label("result", "right", "width", colour.muted, 12)],
      },
      {
        data: { values: bars },
        mark: { type: "rule", strokeWidth: 12, strokeCap: "butt" },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color: { value: colour.band } },
      },
      {
        data: { values: ticks },
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x, y, y2: { field: "y2" }, color: { value: colour.ink } },
      },
      {
        data: { values: measured.flatMap(dotsOf) },
        layer: [
          dots("!datum.outlier && !datum.functional", { filled: true, opacity: 0.7 }, colour.accent),
          dots("!datum.outlier && datum.functional", { filled: true, opacity: 0.7 }, colour.muted),
          dots("datum.outlier", { filled: false, strokeWidth: 1.6 }, colour.alert),
        ],
      },
    ],
  };
  const title = `${row.label}, ${row.unit}`;
  return renderFigure(row.slug, title, describe(row, guests, better), spec as unknown as TopLevelSpec);
}

/** Guests without a value take a line; the others a line and a strip for their dots. */
function place(row: WorkloadRow, guests: readonly string[]): { placed: Placed[]; height: number } {
  let height = 0;
  const placed = guests.map((guest) => {
    const cell = row.cells.get(guest);
    const item = { guest, cell, top: height + LABEL / 2, strip: height + LABEL + STRIP / 2 - 3 };
    height += LABEL + (cell && cell.median !== null ? STRIP : 4);
    return item;
  });
  return { placed, height };
}

function dotsOf(cell: CellSummary & { strip: number }) {
  const functional = cell.functionalOnly !== null;
  return cell.values.map(({ value, outlier }, i) => ({
    value,
    outlier,
    functional,
    y: cell.strip + (steps[i % steps.length] as number),
  }));
}

function labelOf(row: WorkloadRow, { guest, cell, top }: Placed) {
  const name = `${guest}${cell?.functionalOnly ? " †" : ""}`;
  const result = (text: string) => ({ name, y: top, result: text });
  if (!cell) return result(row.skipped.has(guest) ? "skipped" : "not planned");
  if (cell.median === null) return result(cell.failures > 0 ? "failed" : "not measured");
  return result(quantity(cell.median, cell.unit));
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
