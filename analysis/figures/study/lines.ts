/** Lines over message sizes or clients, one for each system: ours solid with intervals, the published dashed. */
import type { TopLevelSpec } from "vega-lite";
import { WIDTH } from "../render.ts";
import { colour, seriesColours } from "../theme.ts";
import type { Form } from "./form.ts";
import type { Point } from "./points.ts";

const HEIGHT = 260;

export function linesSpec(form: Form, points: readonly Point[], systems: readonly string[]): TopLevelSpec {
  const at = [...new Set(points.map((point) => Number(point.at)))].sort((a, b) => a - b);
  const [first, last] = [at[0] ?? 1, at.at(-1) ?? 1];
  const doubling = at.length > 2 && last / first >= 64;
  const scale = doubling
    ? { type: "log", base: 2, domain: [first, last], nice: false }
    : { domain: [0, last], nice: false };
  const axis = { title: form.axis, grid: false, labelOverlap: true, ...(doubling ? { values: at, format: "~r" } : {}) };
  const x = { field: "at", type: "quantitative", scale, axis };
  const positive = points.every(({ value, low }) => value > 0 && (low ?? 1) > 0);
  const y = {
    field: "value",
    type: "quantitative",
    scale: form.log && positive ? { type: "log", nice: true } : { zero: true, nice: true },
    axis: {
      title: `${points[0]?.unit}${form.log && positive ? ", logarithmic" : ""}`,
      domain: false,
      tickCount: 5,
      format: ",~r",
    },
  };
  const marked = (system: string) => points.some((point) => point.system === system && point.functionalOnly !== null);
  const named = points.map((point) => ({ ...point, name: marked(point.system) ? `${point.system} †` : point.system }));
  const names = systems.map((system) => (marked(system) ? `${system} †` : system));
  const legend = {
    title: null,
    orient: "bottom",
    columns: 2,
    labelLimit: 0,
    labelFontSize: 12,
    labelColor: colour.muted,
    symbolType: "stroke",
  };
  const tint = { field: "name", type: "nominal", scale: { domain: names, range: seriesColours }, legend };
  const of = (source: string) => named.filter((point) => point.source === source);
  return {
    width: WIDTH,
    height: HEIGHT,
    autosize: { type: "fit-x", contains: "padding" },
    layer: [
      {
        data: { values: of("published") },
        mark: { type: "line", strokeWidth: 1.5, strokeDash: [4, 3], opacity: 0.8 },
        encoding: { x, y, color: tint },
      },
      {
        data: { values: of("measured") },
        layer: [
          { mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, color: tint } },
          { mark: { type: "point", filled: true, size: 24 }, encoding: { x, y, color: tint } },
          {
            transform: [{ filter: "datum.low !== null" }],
            mark: { type: "rule", strokeWidth: 1.5 },
            encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color: tint },
          },
        ],
      },
    ],
  } as unknown as TopLevelSpec;
}
