/** The moments of a boot on one time axis: a row per guest, from the start command to the cell's own metric. */
import type { TopLevelSpec } from "vega-lite";
import { number } from "../format.ts";
import type { CellSummary, Series } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { pixels, valueAxis } from "./axis.ts";
import { type Figure, renderFigure, WIDTH } from "./render.ts";
import { colour } from "./theme.ts";

const HEAD = 26;
const LINE = 20;

/** The moments of one cell in order of time, its own metric among them; empty for a cell that is no boot or saw no other moment. */
export function momentsOf(cell: CellSummary): Series[] {
  if (cell.stage !== "boot" || cell.median === null) return [];
  const others = cell.secondary.filter((series) => series.unit === cell.unit && series.median !== null);
  const { metric, unit, values, n, boots, runs, median, mean, meanKind, sd, interval, intervalNote } = cell;
  const { resamples, outliers, bimodal } = cell;
  const numbers = { values, n, boots, runs, median, mean, meanKind, sd, interval, intervalNote };
  const own = { metric, unit, ...numbers, resamples, outliers, bimodal };
  return others.length === 0 ? [] : [...others, own].sort((a, b) => (a.median as number) - (b.median as number));
}

/** null where no guest has phases. */
export async function phasesFigure(row: WorkloadRow, guests: readonly string[]): Promise<Figure | null> {
  const lines: object[] = [];
  const marks: { value: number; y: number; own: boolean }[] = [];
  const labels: object[] = [];
  const said: string[] = [];
  let y = 0;
  for (const guest of guests) {
    const cell = row.cells.get(guest);
    const moments = cell ? momentsOf(cell) : [];
    if (!cell || moments.length === 0) continue;
    labels.push({ name: `${guest}${cell.functionalOnly ? " †" : ""}`, y: y + 12, head: true });
    y += HEAD;
    for (const moment of moments) {
      const value = moment.median as number;
      const own = moment.metric === cell.metric;
      labels.push({ name: moment.metric, result: `${number(value)} ${moment.unit}`, y: y + 6, head: false });
      lines.push({ y: y + 6 });
      marks.push({ value, y: y + 6, own });
      y += LINE;
    }
    y += 8;
    said.push(
      `${guest}: ${moments.map((moment) => `${moment.metric} at ${number(moment.median as number)} ${moment.unit}`).join(", ")}`,
    );
  }
  const values = marks.map((mark) => mark.value);
  if (values.length === 0) return null;
  const left = 132;
  const right = 74;
  const { x } = valueAxis(values, (scale) => `${row.unit} after the start command${scale}`, 3);
  const yPixel = { field: "y", ...pixels(y) };
  const text = (field: string, from: object, align: string, ink: string, filter: string, weight = "normal") => ({
    data: { values: labels },
    transform: [{ filter }],
    mark: { type: "text", align, fontSize: 12, fontWeight: weight, limit: WIDTH / 2 },
    encoding: { x: from, y: yPixel, text: { field }, color: { value: ink } },
  });
  const spec = {
    width: WIDTH - left - right,
    height: y,
    padding: { left, right, top: 2, bottom: 40 },
    autosize: { type: "none" },
    layer: [
      {
        data: { values: lines },
        mark: { type: "rule", strokeWidth: 1 },
        encoding: { x: { value: 0 }, x2: { value: "width" }, y: yPixel, color: { value: colour.rule } },
      },
      {
        data: { values: marks },
        mark: { type: "point", filled: true, size: 48, opacity: 1 },
        encoding: {
          x,
          y: yPixel,
          color: { condition: { test: "datum.own", value: colour.ink }, value: colour.accent },
        },
      },
      text("name", { value: -left + 6 }, "left", colour.ink, "datum.head", "bold"),
      text("name", { value: -left + 6 }, "left", colour.muted, "!datum.head"),
      text("result", { value: WIDTH - left - 6 }, "right", colour.ink, "!datum.head"),
    ],
  };
  const title = `${row.label}: moments after the start command, ${row.unit}`;
  return renderFigure(`${row.slug}-phases`, title, `Medians. ${said.join("; ")}.`, spec as unknown as TopLevelSpec);
}
