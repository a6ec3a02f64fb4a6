/** Bars by place on the axis and system: ours with the interval, the published value as a tick. */
import type { TopLevelSpec } from "vega-lite";
import { pixels, valueAxis } from "../axis.ts";
import { WIDTH } from "../render.ts";
import { colour, seriesColours } from "../theme.ts";
import type { Form } from "./form.ts";
import type { Point } from "./points.ts";

const BAR = 15;
const HEAD = 22;
const LABEL = 138;

export function barsSpec(form: Form, points: readonly Point[], systems: readonly string[]): TopLevelSpec {
  const places = [...new Set(points.map(({ at }) => at))];
  let height = 0;
  const heads: object[] = [];
  const rows = places.flatMap((place) => {
    const own = points.filter(({ at }) => at === place);
    if (places.length > 1) {
      heads.push({
        text: form.axis === "" ? `${place}` : `${place} ${form.axis === "tasks" ? "tasks" : ""}`.trim(),
        y: height + HEAD / 2,
      });
      height += HEAD;
    }
    const present = systems.filter((system) => own.some((point) => point.system === system));
    const drawn = present.flatMap((system) => {
      const y = height + BAR / 2;
      height += BAR;
      return own
        .filter((point) => point.system === system)
        .map((point) => ({ ...point, y, top: y - 5, bottom: y + 5 }));
    });
    height += 6;
    return drawn;
  });
  const values = rows.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const { x, log: isLog } = valueAxis(values, (scale) => `${points[0]?.unit}${scale}`, 4, form.log);
  const y = { field: "y", ...pixels(height) };
  const names = systems.flatMap((system) =>
    [
      ...Map.groupBy(
        rows.filter((row) => row.system === system),
        (row) => row.y,
      ),
    ].map(([at, own]) => ({
      text: `${system}${own.some(({ functionalOnly }) => functionalOnly !== null) ? " †" : ""}`,
      y: at,
    })),
  );
  const least = Math.min(...values);
  const text = (data: object[], weight: string) => ({
    data: { values: data },
    mark: { type: "text", align: "right", dx: -6, fontSize: 11, fontWeight: weight, limit: 200 },
    encoding: {
      x: { value: 0 },
      y,
      text: { field: "text" },
      color: { value: weight === "bold" ? colour.ink : colour.muted },
    },
  });
  const tint = { field: "system", type: "nominal", legend: null, scale: { domain: systems, range: seriesColours } };
  const of = (source: string) =>
    rows.filter((row) => row.source === source).map((row) => ({ ...row, base: isLog ? least / 1.4 : 0 }));
  return {
    width: WIDTH - LABEL - 16,
    height,
    padding: { left: LABEL, right: 16, top: 2, bottom: 40 },
    autosize: { type: "none" },
    layer: [
      {
        data: { values: of("measured") },
        layer: [
          {
            mark: { type: "rule", strokeWidth: 10, strokeCap: "butt", clip: true },
            encoding: {
              x: { ...x, field: "base" },
              x2: { field: "value" },
              y,
              color: tint,
              opacity: { condition: { test: "datum.functionalOnly !== null", value: 0.4 }, value: 0.85 },
            },
          },
          {
            transform: [{ filter: "datum.low !== null" }],
            mark: { type: "rule", strokeWidth: 1.5 },
            encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color: { value: colour.ink } },
          },
        ],
      },
      {
        data: { values: of("published") },
        mark: { type: "rule", strokeWidth: 2.5 },
        encoding: { x, y: { ...y, field: "top" }, y2: { field: "bottom" }, color: { value: colour.alert } },
      },
      text(names, "normal"),
      text(heads, "bold"),
    ],
  } as unknown as TopLevelSpec;
}
