/** The ratio that an assertion is about, with its interval, out of one campaign or two on the same host. */
import type { Campaign } from "../../experiments/campaign/results.ts";
import { bootsNeeded, resampledMedian } from "../ratios.ts";
import { type Bootstrap, meanRatioInterval } from "../statistics/bootstrap.ts";
import { geometricMean } from "../statistics/describe.ts";
import { type CellSummary, type Series, type Summary, seriesOf } from "../summary.ts";
import type { Assertion, Claim, Measurement } from "./claim.ts";
import { guestOf } from "./systems.ts";

/** What claims read of a campaign. */
export interface Measured {
  /** Least relative effect that an A/A campaign on the stack found detectable, by label; empty where none was made. */
  detectable?: Readonly<Record<string, number>>;
  guests: Campaign["guests"];
  summary: Pick<Summary, "campaign" | "stack" | "hostCpu" | "environmentHash" | "quick" | "seed" | "skipped"> & {
    cells: readonly EvidenceCell[];
  };
}

type EvidenceCell = Pick<
  CellSummary,
  "id" | "guest" | "label" | "workload" | "parameters" | "stage" | "functionalOnly"
> &
  EvidenceSeries & { secondary: readonly EvidenceSeries[] };
type EvidenceSeries = Pick<Series, "metric" | "unit" | "median" | "boots"> & {
  values: readonly Pick<Series["values"][number], "value" | "boot" | "block" | "run">[];
};

export interface Evidence {
  ratio: number | null;
  /** Of the ratio, simultaneous over all comparisons of the claim; null: too little was measured. */
  interval: { low: number; high: number } | null;
  /** Why it cannot be set beside the study; empty where it can. */
  obstacles: string[];
  /** Only the architecture stands in the way: the numbers themselves can be read. */
  readable: boolean;
  /** A difference smaller than this part is noise; 0: not known. */
  detectable: number;
  /** Why there is no interval. */
  note: string | null;
}

interface Side {
  campaign: Measured;
  guest: string;
  cells: readonly EvidenceCell[];
}

const nothing = (obstacles: string[]): Evidence => {
  return { ratio: null, interval: null, obstacles, readable: false, detectable: 0, note: null };
};

/** `comparisons`: how many the claim makes; the level of its intervals is shared between them (Bonferroni). */
export function gather(
  claim: Claim,
  assertion: Assertion,
  campaigns: readonly Measured[],
  comparisons: number,
): Evidence {
  const left = sideOf(claim, assertion.system, assertion.of, campaigns);
  const right = sideOf(claim, assertion.baseline, assertion.of, campaigns);
  const missing = [left, right].flatMap((side) => (typeof side === "string" ? [side] : []));
  if (typeof left === "string" || typeof right === "string") return nothing([...new Set(missing)]);
  const pairs = pairsOf(left, right, assertion.of);
  if (pairs.length === 0) return nothing([`${left.guest} and ${right.guest} have no such cell in common`]);
  const grave = graveObstacles(left, right, pairs.flat());
  const foreign = foreignArchitecture(claim, [left, right]);
  const obstacles = [...grave, ...foreign];
  if (grave.length > 0) return nothing(obstacles);
  return {
    ...ratioOf(pairs, left, right, comparisons),
    obstacles,
    readable: true,
    detectable: detectableOf(pairs, left, right),
  };
}

/** A text says why there is none. */
function sideOf(claim: Claim, system: string, of: Measurement, campaigns: readonly Measured[]): Side | string {
  const having = campaigns.flatMap((campaign) => {
    const guest = guestOf(claim.study, system, campaign.guests);
    return guest === null ? [] : [{ campaign, guest }];
  });
  if (having.length === 0) return `no ${system} in this stack`;
  for (const { campaign, guest } of having) {
    const cells = campaign.summary.cells.filter(
      (cell) => cell.guest === guest && cell.workload === of.workload && includes(cell.parameters, of),
    );
    if (cells.length > 0) return { campaign, guest, cells };
  }
  for (const { campaign, guest } of having) {
    const skip = campaign.summary.skipped.find((one) => one.guest === guest && one.workload === of.workload);
    if (skip) return `${guest} skipped: ${skip.reason}`;
  }
  return `${having[0]?.guest}: ${of.workload} was not run`;
}

function includes(parameters: EvidenceCell["parameters"], { where = {}, beyond = {} }: Measurement): boolean {
  return (
    Object.entries(where).every(([key, value]) => parameters[key] === value) &&
    Object.entries(beyond).every(([key, value]) => Number(parameters[key]) > value)
  );
}

type Pair = readonly [EvidenceCell & { series: EvidenceSeries }, EvidenceCell & { series: EvidenceSeries }];

function pairsOf(left: Side, right: Side, of: Measurement): Pair[] {
  const key = (cell: EvidenceCell) => JSON.stringify(Object.entries(cell.parameters).sort());
  return left.cells.flatMap((cell) => {
    const other = right.cells.find((candidate) => key(candidate) === key(cell));
    const [a, b] = [seriesOf(cell, of.metric), other && seriesOf(other, of.metric)];
    return a && b && other
      ? [
          [
            { ...cell, series: a },
            { ...other, series: b },
          ] as const,
        ]
      : [];
  });
}

function graveObstacles(left: Side, right: Side, cells: readonly EvidenceCell[]): string[] {
  const found: string[] = [];
  const sides = [left, right];
  if (sides.some(({ campaign }) => campaign.summary.quick)) found.push("quick pass: sizes were cut");
  const [a, b] = sides.map(({ campaign }) => campaign.summary);
  if (a && b && a !== b && (a.hostCpu === null || a.hostCpu !== b.hostCpu))
    found.push(`measured on different hosts: ${a.hostCpu ?? "unknown CPU"} and ${b.hostCpu ?? "unknown CPU"}`);
  for (const { campaign, guest } of sides) {
    const functional = cells.some((cell) => cell.guest === guest && cell.functionalOnly !== null);
    if (functional) found.push(`${guest} is functional only (${campaign.guests[guest]?.accelerator})`);
  }
  return [...new Set(found)];
}

function foreignArchitecture(claim: Claim, sides: readonly Side[]): string[] {
  const ours = new Set(sides.map(({ campaign, guest }) => campaign.guests[guest]?.architecture ?? "unknown"));
  const foreign = [...ours].filter((architecture) => !claim.architectures.includes(architecture));
  return foreign.length === 0
    ? []
    : [`another architecture: ${foreign.join(", ")}, not ${claim.architectures.join(", ")}`];
}

function ratioOf(pairs: readonly Pair[], left: Side, right: Side, comparisons: number) {
  const none = (ratio: number | null, note: string) => ({ ratio, interval: null, note });
  const factors = pairs.map(([a, b]) => (a.series.median ?? Number.NaN) / (b.series.median ?? Number.NaN));
  const ratio = geometricMean(factors);
  if (!Number.isFinite(ratio) || ratio <= 0) return none(null, "no value, or zero");
  if (pairs.every(([a, b]) => a.stage === "static" && b.stage === "static"))
    return { ratio, interval: { low: ratio, high: ratio }, note: null };
  const fewest = Math.min(...pairs.flat().map(({ series }) => series.boots));
  const needed = bootsNeeded(comparisons);
  if (fewest < needed) return none(ratio, `${fewest} boots: too few for an interval (${needed} are needed)`);
  const resampled = pairs.flatMap(([a, b]) => {
    const [own, base] = [drawnFor(a, left), drawnFor(b, right)];
    return own && base ? [[own, base] as const] : [];
  });
  const interval = meanRatioInterval(resampled, comparisons);
  return interval ? { ratio, interval, note: null } : none(ratio, "the baseline's median is zero in some resamples");
}

function detectableOf(pairs: readonly Pair[], ...sides: readonly Side[]): number {
  const known = pairs.flatMap(([{ label }]) => sides.map(({ campaign }) => campaign.detectable?.[label] ?? 0));
  return Math.max(0, ...known);
}

function drawnFor({ series, id }: Pair[number], { campaign: { summary } }: Side): Bootstrap | null {
  return resampledMedian(series.values, JSON.stringify([summary.seed, summary.campaign, id, series.metric]));
}
