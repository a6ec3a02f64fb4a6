/** Computes the summary of a loaded campaign: statistics of every cell, ratios to the baseline, and what was published. */
import { type Cell, changesIn, leftoversIn } from "../experiments/campaign/results.ts";
import { plural } from "./format.ts";
import type { Loaded } from "./load.ts";
import { compare } from "./references/index.ts";
import type { SampleRow } from "./rows.ts";
import {
  bootstrapMedians,
  intervalNote,
  type Nested,
  percentileInterval,
  RESAMPLES,
  ratioInterval,
} from "./statistics/bootstrap.ts";
import { mean, median, OUTLIER_MIN_VALUES, standardDeviation, tukeyOutliers } from "./statistics/describe.ts";
import type { CellSummary, Series, Summary } from "./summary.ts";

const method: Summary["method"] = {
  estimator: "median of all samples of a cell",
  interval: `95 % percentile bootstrap of the median: boots drawn with replacement, then runs within each drawn boot; ${RESAMPLES} resamples, seeded by the campaign's seed; none below two boots`,
  ratio:
    "median over the baseline guest's median of the same workload, with the interval of the ratio from the two sides' independent resamples",
  outliers: `Tukey: more than 1.5 interquartile ranges outside the quartiles, from ${OUTLIER_MIN_VALUES} samples on; marked, never dropped`,
  resamples: RESAMPLES,
};

interface Computed {
  series: Series;
  /** The resampled medians, for ratios. */
  resampled: Float64Array | null;
}

export function summarize(loaded: Loaded): Summary {
  const { campaign, environment, teardown } = loaded;
  const hostCpu = environment?.hardware.cpuModel ?? null;
  const primaries = new Map(campaign.cells.map((cell) => [cell.id, computePrimary(loaded, cell)]));
  return {
    schemaVersion: 1,
    campaign: campaign.id,
    stack: campaign.stack,
    createdAt: campaign.createdAt,
    specs: campaign.specs.map((spec) => spec.name),
    seed: campaign.seed,
    baseline: campaign.baseline,
    toolVersion: campaign.toolVersion,
    environmentHash: campaign.environmentHash,
    hostCpu,
    completeness: completenessOf(loaded),
    method,
    guests: Object.entries(campaign.guests).map(([name, guest]) => ({
      name,
      platform: guest.platform,
      image: guest.image,
      accelerator: guest.accelerator,
      functionalOnly: guest.functionalOnly,
    })),
    cells: campaign.cells.map((cell) => summarizeCell(loaded, cell, primaries)),
    skipped: campaign.skipped,
    teardown: teardown && {
      clean: teardown.clean,
      checks: teardown.checks.length,
      touched: teardown.touched.length,
      leftovers: leftoversIn(teardown).length,
      meanwhile: changesIn(teardown).length,
    },
  };
}

function summarizeCell(loaded: Loaded, cell: Cell, primaries: Map<string, Computed>): CellSummary {
  const { campaign } = loaded;
  const guest = campaign.guests[cell.guest];
  const own = primaries.get(cell.id) as Computed;
  return {
    id: cell.id,
    guest: cell.guest,
    spec: cell.spec,
    workload: cell.workload,
    parameters: cell.parameters,
    label: cell.label,
    stage: cell.stage,
    direction: cell.direction,
    accelerator: guest?.accelerator ?? "unknown",
    functionalOnly: isFunctionalOnly(loaded, cell) ? (guest?.functionalOnly ?? null) : null,
    bootUnit: bootUnitOf(cell, own.series),
    ...own.series,
    ...ratioOf(loaded, cell, own, primaries),
    reference: guest ? compare(cell.guest, guest, cell, cell.unit, loaded.environment) : null,
    stopReason: loaded.stops.get(cell.id) ?? null,
    failures: loaded.failures.filter((failure) => failure.cell === cell.id).length,
    secondary: secondarySeries(loaded, cell),
  };
}

/** Software emulation changes every number but those of files, which nothing runs for. */
function isFunctionalOnly({ campaign }: Loaded, cell: Cell): boolean {
  return cell.stage !== "static" && (campaign.guests[cell.guest]?.functionalOnly ?? null) !== null;
}

function bootUnitOf(cell: Cell, series: Series): CellSummary["bootUnit"] {
  if (cell.stage === "static") return "looks";
  return series.values.length > 0 && series.values.every((value) => value.boot === null) ? "visits" : "boots";
}

function computePrimary(loaded: Loaded, cell: Cell): Computed {
  const rows = loaded.samples.filter((row) => row.cell === cell.id && row.primary);
  return compute(rows, cell, cell.metric, cell.unit, loaded.campaign.seed);
}

function secondarySeries(loaded: Loaded, cell: Cell): Series[] {
  const rows = loaded.samples.filter((row) => row.cell === cell.id && !row.primary);
  const kinds = new Map(rows.map((row) => [JSON.stringify([row.metric, row.unit]), row]));
  return [...kinds.values()].map(({ metric, unit }) => {
    const own = rows.filter((row) => row.metric === metric && row.unit === unit);
    return compute(own, cell, metric, unit, loaded.campaign.seed).series;
  });
}

function compute(rows: readonly SampleRow[], cell: Cell, metric: string, unit: string, seed: string): Computed {
  const values = rows.map((row) => row.value);
  const outliers = tukeyOutliers(values);
  const nested = nest(rows);
  const resampled = bootstrapMedians(nested, JSON.stringify([seed, cell.id, metric, unit]));
  const alwaysOn = rows.every((row) => row.boot === null);
  const series: Series = {
    metric,
    unit,
    values: rows.map(({ value, boot, block, run, attempt, at }, i) => ({
      value,
      boot,
      block,
      run,
      attempt,
      at,
      outlier: outliers[i] as boolean,
    })),
    n: rows.length,
    boots: nested.length,
    runs: nested.reduce((sum, boot) => sum + boot.length, 0),
    median: rows.length > 0 ? median(values) : null,
    mean: rows.length > 0 ? mean(values) : null,
    sd: standardDeviation(values),
    interval: resampled && percentileInterval(resampled),
    intervalNote: intervalNote(nested.length, alwaysOn ? "visits" : "boots"),
    outliers: outliers.filter(Boolean).length,
  };
  return { series, resampled };
}

/** By boot, then by run. A guest that is always on has no boots: its visit in each block takes their place. */
function nest(rows: readonly SampleRow[]): Nested {
  const boots = Map.groupBy(rows, (row) => JSON.stringify([row.block, row.boot]));
  return [...boots.values()].map((boot) =>
    [...Map.groupBy(boot, (row) => row.run).values()].map((run) => run.map((row) => row.value)),
  );
}

function ratioOf(
  loaded: Loaded,
  cell: Cell,
  own: Computed,
  primaries: Map<string, Computed>,
): Pick<CellSummary, "ratio" | "ratioNote"> {
  const { baseline, cells } = loaded.campaign;
  const without = (ratioNote: string) => ({ ratio: null, ratioNote });
  if (baseline === null) return without("the stack names no baseline");
  if (cell.guest === baseline) return without("baseline");
  const same = cells.find((other) => other.guest === baseline && sameMeasurement(other, cell));
  // emulation says nothing about cost: a ratio would be read as if it did
  const emulated = [cell, ...(same ? [same] : [])].some((side) => isFunctionalOnly(loaded, side));
  if (emulated) return without("functional only: not compared");
  if (!same) return without(`${baseline} has no value`);
  const base = primaries.get(same.id) as Computed;
  if (own.series.median === null) return without("no value");
  if (base.series.median === null) return without(`${baseline} has no value`);
  if (base.series.median === 0) return without(`${baseline}'s median is zero`);
  const ratio = {
    baseline,
    value: own.series.median / base.series.median,
    interval: ratioInterval(own.resampled, base.resampled),
  };
  return { ratio, ratioNote: null };
}

function sameMeasurement(a: Cell, b: Cell): boolean {
  const key = (cell: Cell) =>
    JSON.stringify([cell.spec, cell.workload, Object.entries(cell.parameters).sort(), cell.metric, cell.unit]);
  return key(a) === key(b);
}

function completenessOf(loaded: Loaded): Summary["completeness"] {
  const { campaign, samples, error } = loaded;
  const cells = campaign.cells.length;
  const measured = campaign.cells.filter((cell) => samples.some((row) => row.cell === cell.id && row.primary)).length;
  const outcome = loaded.outcome ?? "unfinished";
  const how = {
    complete: "Complete",
    interrupted: "Interrupted before the end",
    failed: "Failed before the end",
    unfinished: "Unfinished: no end is recorded, it was killed or is still running",
  }[outcome];
  const skips = campaign.skipped.length;
  const skipped = skips === 0 ? "" : `, ${skips} skipped with ${skips === 1 ? "its reason" : "their reasons"}`;
  return {
    outcome,
    verdict: `${how}: ${measured} of ${plural(cells, "planned cell")} measured${skipped}.`,
    error,
    cells,
    measured,
    skipped: campaign.skipped.length,
    blocks: loaded.blocks.length,
    boots: loaded.boots.length,
    runs: loaded.finishedRuns,
    failures: loaded.failures.length,
    unendedRuns: loaded.unendedRuns,
    resumptions: loaded.resumptions,
    tornLine: loaded.tornLine,
  };
}
