/** Computes the summary of a loaded campaign: statistics of every cell, ratios to the baseline, and what was published. */
import { type Cell, changesIn, leftoversIn } from "../experiments/campaign/results.ts";
import { plural } from "./format.ts";
import type { Loaded } from "./load.ts";
import { method } from "./method.ts";
import { nest } from "./ratios.ts";
import { compare } from "./references/index.ts";
import type { SampleRow } from "./rows.ts";
import {
  type Bootstrap,
  bootstrapMedian,
  intervalNote,
  medianInterval,
  ratioInterval,
  resamplesFor,
} from "./statistics/bootstrap.ts";
import { looksBimodal, meanKindOf, meanOf, median, standardDeviation, tukeyOutliers } from "./statistics/describe.ts";
import { differs } from "./statistics/difference.ts";
import { holm, mannWhitney } from "./statistics/tests.ts";
import type { CellSummary, Series, Summary } from "./summary.ts";

interface Computed {
  series: Series;
  /** For ratios; null below two boots. */
  bootstrap: Bootstrap | null;
  perBoot: number[];
}

interface Primaries {
  computed: Map<string, Computed>;
  /** By measurement and guest. */
  cells: Map<string, Cell>;
}

/** What an A/A campaign found: the least relative effect that can be told from noise, by workload label. */
export type Detectable = Readonly<Record<string, number>>;

export function summarize(loaded: Loaded, detectable: Detectable = {}): Summary {
  const { campaign, environment, teardown } = loaded;
  const hostCpu = environment?.hardware.cpuModel ?? null;
  const rows = Map.groupBy(loaded.samples, (row) => row.cell);
  const primaries: Primaries = {
    computed: new Map(
      campaign.cells.map((cell) => [cell.id, computePrimary(rows.get(cell.id) ?? [], cell, campaign.seed)]),
    ),
    cells: new Map(campaign.cells.map((cell) => [measurementKey(cell), cell])),
  };
  const cells = campaign.cells.map((cell) => summarizeCell(loaded, cell, rows.get(cell.id) ?? [], primaries));
  return {
    schemaVersion: 2,
    campaign: campaign.id,
    stack: campaign.stack,
    createdAt: campaign.createdAt,
    specs: campaign.specs.map((spec) => spec.name),
    seed: campaign.seed,
    baseline: campaign.baseline,
    toolVersion: campaign.toolVersion,
    environmentHash: campaign.environmentHash,
    quick: campaign.quick ?? false,
    hostCpu,
    completeness: completenessOf(loaded, cells),
    method,
    guests: Object.entries(campaign.guests).map(([name, guest]) => ({
      name,
      platform: guest.platform,
      image: guest.image,
      accelerator: guest.accelerator,
      functionalOnly: guest.functionalOnly,
    })),
    cells: judged(cells, detectable),
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

function summarizeCell(loaded: Loaded, cell: Cell, rows: readonly SampleRow[], primaries: Primaries): CellSummary {
  const { campaign } = loaded;
  const guest = campaign.guests[cell.guest];
  const own = primaries.computed.get(cell.id) as Computed;
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
    reference: guest ? compare(cell.guest, guest, cell, cell.unit, loaded.environment, campaign.quick) : null,
    stopReason: loaded.stops.get(cell.id) ?? null,
    failures: loaded.failures.filter((failure) => failure.cell === cell.id).length,
    warmUps: loaded.warmUps.get(cell.id) ?? 0,
    disturbed: { repeated: loaded.repeated.get(cell.id) ?? 0, kept: loaded.disturbed.get(cell.id) ?? 0 },
    secondary: secondarySeries(rows, cell, loaded.campaign.seed),
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

function computePrimary(rows: readonly SampleRow[], cell: Cell, seed: string): Computed {
  return compute(
    rows.filter((row) => row.primary),
    cell,
    cell.metric,
    cell.unit,
    seed,
  );
}

function secondarySeries(rows: readonly SampleRow[], cell: Cell, seed: string): Series[] {
  const others = rows.filter((row) => !row.primary);
  const kinds = Map.groupBy(others, (row) => JSON.stringify([row.metric, row.unit]));
  return [...kinds.values()].map((own) => {
    const { metric, unit } = own[0] as SampleRow;
    return compute(own, cell, metric, unit, seed).series;
  });
}

function compute(rows: readonly SampleRow[], cell: Cell, metric: string, unit: string, seed: string): Computed {
  const values = rows.map((row) => row.value);
  const outliers = tukeyOutliers(values);
  const nested = nest(rows);
  const resamples = resamplesFor(values.length);
  const bootstrap = bootstrapMedian([nested], JSON.stringify([seed, cell.id, metric, unit]), resamples);
  const alwaysOn = rows.every((row) => row.boot === null);
  const meanKind = meanKindOf(unit);
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
    mean: rows.length > 0 ? meanOf(values, meanKind) : null,
    meanKind,
    sd: standardDeviation(values),
    interval: bootstrap && medianInterval(bootstrap),
    intervalNote: intervalNote(nested.length, alwaysOn ? "visits" : "boots"),
    resamples: bootstrap && resamples,
    outliers: outliers.filter(Boolean).length,
    bimodal: looksBimodal(values, outliers),
  };
  return { series, bootstrap, perBoot: nested.map((boot) => median(boot.flat())) };
}

function ratioOf(
  loaded: Loaded,
  cell: Cell,
  own: Computed,
  primaries: Primaries,
): Pick<CellSummary, "ratio" | "ratioNote" | "comparison"> {
  const { baseline } = loaded.campaign;
  const without = (ratioNote: string) => ({ ratio: null, ratioNote, comparison: null });
  if (baseline === null) return without("the stack names no baseline");
  if (cell.guest === baseline) return without("baseline");
  if (loaded.campaign.quick) return without("quick pass: not compared");
  const same = primaries.cells.get(measurementKey(cell, baseline));
  // emulation says nothing about cost: a ratio would be read as if it did
  const emulated = [cell, ...(same ? [same] : [])].some((side) => isFunctionalOnly(loaded, side));
  if (emulated) return without("functional only: not compared");
  if (!same) return without(`${baseline} has no value`);
  const base = primaries.computed.get(same.id) as Computed;
  if (own.series.median === null) return without("no value");
  if (base.series.median === null) return without(`${baseline} has no value`);
  if (base.series.median === 0) return without(`${baseline}'s median is zero`);
  const ratio = {
    baseline,
    value: own.series.median / base.series.median,
    interval: ratioInterval(own.bootstrap, base.bootstrap),
  };
  const test = mannWhitney(own.perBoot, base.perBoot);
  const [p, cliffsDelta] = [test?.p ?? null, test?.delta ?? null];
  const comparison = { p, pHolm: p, cliffsDelta, detectable: null, difference: "unknown" } as const;
  return { ratio, ratioNote: null, comparison };
}

/** Holm's correction over the comparisons of each spec, which is one figure or table, and the verdict that follows. */
function judged(cells: readonly CellSummary[], detectable: Detectable): CellSummary[] {
  const corrected = new Map<string, number>();
  for (const table of Map.groupBy(cells, (cell) => cell.spec).values()) {
    const tested = table.flatMap(({ id, comparison }) => (comparison?.p == null ? [] : [{ id, p: comparison.p }]));
    holm(tested.map(({ p }) => p)).forEach((p, i) => void corrected.set(tested[i]?.id as string, p));
  }
  return cells.map((cell) => {
    if (cell.comparison === null || cell.ratio === null) return cell;
    const pHolm = corrected.get(cell.id) ?? null;
    const least = detectable[cell.label] ?? null;
    const difference = differs({ interval: cell.ratio.interval, pHolm }, least, cell.ratio.value);
    return { ...cell, comparison: { ...cell.comparison, pHolm, detectable: least, difference } };
  });
}

type Measurement = Pick<Cell, "guest" | "spec" | "workload" | "parameters" | "metric" | "unit">;

/** What two cells have in common that measure the same: on one guest in two campaigns, or with `guest` on two guests. */
export function measurementKey(
  { guest: own, spec, workload, parameters, metric, unit }: Measurement,
  guest: string = own,
): string {
  return JSON.stringify([guest, spec, workload, Object.entries(parameters).sort(), metric, unit]);
}

function completenessOf(loaded: Loaded, summaries: readonly CellSummary[]): Summary["completeness"] {
  const { campaign, error } = loaded;
  const cells = campaign.cells.length;
  const measured = summaries.filter((cell) => cell.n > 0).length;
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
