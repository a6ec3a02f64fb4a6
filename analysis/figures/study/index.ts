/** A study's figures with ours beside theirs: drawing, data as CSV, and the Vega-Lite source. */
import type { Campaign } from "../../../experiments/campaign/results.ts";
import { csvText } from "../../csv.ts";
import { number } from "../../format.ts";
import type { Summary } from "../../summary.ts";
import { type Figure, renderFigure } from "../render.ts";
import { withLightColours } from "../theme.ts";
import { barsSpec } from "./bars.ts";
import { type Form, forms } from "./form.ts";
import { linesSpec } from "./lines.ts";
import { type Point, pointsOf } from "./points.ts";

export interface StudyFigure {
  form: Form;
  points: Point[];
  /** In the order drawn. */
  systems: string[];
  figure: Figure;
  csv: string;
  vegaLite: string;
}

export async function studyFigures(summary: Summary, guests: Campaign["guests"]): Promise<StudyFigure[]> {
  const found: StudyFigure[] = [];
  for (const form of forms) {
    const points = pointsOf(form, summary, guests);
    if (points.length > 0) found.push(await draw(form, points));
  }
  return found;
}

async function draw(form: Form, points: Point[]): Promise<StudyFigure> {
  const systems = [...new Set(points.map(({ system }) => system))];
  const spec = (form.kind === "bars" ? barsSpec : linesSpec)(form, points, systems);
  const slug = `study-${form.spec}-${form.place}-${form.title}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "");
  const title = `${form.study}, ${form.place}: ${form.title}`;
  const figure = await renderFigure(slug, title, description(points, systems), spec);
  const vegaLite = `${withLightColours(JSON.stringify({ $schema: vegaLiteSchema, title, ...spec }, null, 2))}\n`;
  return { form, points, systems, figure, csv: csvOf(form, points), vegaLite };
}

const vegaLiteSchema = "https://vega.github.io/schema/vega-lite/v6.json";

function description(points: readonly Point[], systems: readonly string[]): string {
  const said = systems.map((system) => {
    const own = points.filter((point) => point.system === system);
    const range = (source: Point["source"]) => {
      const values = own.filter((point) => point.source === source).map(({ value }) => value);
      if (values.length === 0) return `none ${source}`;
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return `${source} ${low === high ? number(low) : `${number(low)} to ${number(high)}`}`;
    };
    return `${system}: ${range("measured")}, ${range("published")}`;
  });
  return `${points[0]?.unit}. ${said.join("; ")}.`;
}

const header = [
  ...[
    "study",
    "place",
    "source",
    "system",
    "at",
    "value",
    "low",
    "high",
    "unit",
    "samples",
    "boots",
    "functional_only",
  ],
];

function csvOf({ study, place }: Form, points: readonly Point[]): string {
  const rows = points.map(({ source, system, at, value, low, high, unit, samples, boots, functionalOnly }) => [
    ...[study, place, source, system, at, value, low ?? "", high ?? "", unit, samples ?? "", boots ?? ""],
    functionalOnly ?? "",
  ]);
  return csvText([header, ...rows]);
}
