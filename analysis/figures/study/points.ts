/** The points of a study's figure: ours with intervals, and what the study prints. */
import type { Campaign } from "../../../experiments/campaign/results.ts";
import { guestOf } from "../../claims/systems.ts";
import { numbers } from "../../references/index.ts";
import { type CellSummary, type Series, type Summary, seriesOf } from "../../summary.ts";
import type { Form } from "./form.ts";

export interface Point {
  source: "measured" | "published";
  system: string;
  at: string | number;
  value: number;
  /** 95 % interval; null for published values and where there is none. */
  low: number | null;
  high: number | null;
  unit: string;
  samples: number | null;
  boots: number | null;
  /** Why it is no measurement of cost. */
  functionalOnly: string | null;
}

/** In the order of the study's systems, then of the campaign's guests. */
export function pointsOf(form: Form, summary: Summary, guests: Campaign["guests"]): Point[] {
  const theirs = numbers.flatMap((number): Point[] => {
    const at = number.study === form.study ? form.published(number) : null;
    const { system, value, unit } = number;
    const point = { source: "published" as const, system, value, unit, low: null, high: null };
    return at === null ? [] : [{ ...point, at, samples: null, boots: null, functionalOnly: null }];
  });
  const systemOf = new Map<string, string>();
  for (const system of systemsOf(form.study)) {
    const guest = guestOf(form.study, system, guests);
    if (guest !== null && !systemOf.has(guest)) systemOf.set(guest, system);
  }
  const ours = summary.cells
    .filter((cell) => cell.spec === form.spec)
    .flatMap((cell) => measured(form, summary, cell, systemOf.get(cell.guest) ?? cell.guest));
  return ours.length === 0 ? [] : [...theirs, ...ours];
}

function measured(form: Form, summary: Summary, cell: CellSummary, system: string): Point[] {
  const series = seriesOf<Series>(cell, form.metric);
  if (!series || series.median === null) return [];
  const found = form.relative
    ? relative(cell)
    : {
        value: series.median,
        low: series.interval?.low ?? null,
        high: series.interval?.high ?? null,
        unit: series.unit,
      };
  if (found === null) return [];
  const functionalOnly = cell.functionalOnly ?? (summary.quick ? "quick pass" : null);
  const at = form.at(cell.parameters, cell.label);
  return [{ source: "measured", system, at, ...found, samples: series.n, boots: series.boots, functionalOnly }];
}

function relative({ ratio, ratioNote, median }: CellSummary) {
  const unit = "× baseline";
  if (ratioNote === "baseline" && median !== null) return { value: 1, low: null, high: null, unit };
  return ratio && { value: ratio.value, low: ratio.interval?.low ?? null, high: ratio.interval?.high ?? null, unit };
}

function systemsOf(study: Form["study"]): string[] {
  const named = numbers.filter((number) => number.study === study).map(({ system }) => system);
  return [...new Set([...named, "host", "dom0", "docker", "kvm", "domu"])];
}
