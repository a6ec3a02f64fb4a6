/** When a cell has been measured often enough: the minimum, then until the interval of its ratio is narrow, or the cap. */
import { seededRandom } from "./random.ts";
import type { Campaign, Cell } from "./results.ts";

const RESAMPLES = 1000;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("median of no values");
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/**
 * Relative half width of the 95 % percentile-bootstrap interval of the median over boots, or of its ratio to the base's; the
 * sides are drawn independently. Only decides when to stop; the analysis computes the published intervals.
 */
function relativeHalfWidth(perBoot: readonly number[], base: readonly number[] | null, seed: string): number {
  if (perBoot.length < 2 || (base !== null && base.length < 2)) return Number.POSITIVE_INFINITY;
  const random = seededRandom(seed);
  const draw = (values: readonly number[]) =>
    median(values.map(() => values[Math.floor(random() * values.length)] as number));
  const estimate = (of: (values: readonly number[]) => number) => of(perBoot) / (base === null ? 1 : of(base));
  const drawn = Array.from({ length: RESAMPLES }, () => estimate(draw)).sort((a, b) => a - b);
  if (!drawn.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const low = drawn[Math.floor(RESAMPLES * 0.025)] as number;
  const high = drawn[Math.ceil(RESAMPLES * 0.975) - 1] as number;
  if (high === low) return 0;
  const centre = Math.abs(estimate(median));
  return centre === 0 ? Number.POSITIVE_INFINITY : (high - low) / 2 / centre;
}

export interface StopRule {
  minBoots: number;
  maxBoots: number;
  precision: number;
}

/** What the rule looked at, as the journal keeps it. */
export interface Seen {
  interval: "ratio to baseline" | "median";
  relativeHalfWidth: number | null;
  boots: number;
}

/** `base`: the baseline's values of the same measurement, per boot; null where there is no baseline to compare with. */
export function lookAt(perBoot: readonly number[], base: readonly number[] | null, seed: string): Seen {
  const width = relativeHalfWidth(perBoot, base, seed);
  return {
    interval: base === null ? "median" : "ratio to baseline",
    relativeHalfWidth: Number.isFinite(width) ? width : null,
    boots: perBoot.length,
  };
}

/**
 * The baseline's cell of the same measurement, by the id of each cell that is compared with it: an id is its guest's name and
 * what is measured.
 */
export function baselinesIn({ baseline, cells }: Campaign): Map<string, Cell> {
  const rest = ({ id, guest }: Cell) => id.slice(guest.length);
  const base = new Map(cells.filter(({ guest }) => guest === baseline).map((cell) => [rest(cell), cell]));
  const others = cells.filter(({ guest }) => guest !== baseline);
  return new Map(
    others.flatMap((cell) => {
      const same = base.get(rest(cell));
      return same ? [[cell.id, same] as const] : [];
    }),
  );
}

/** Why the cell is done with what was seen; null: it goes on. */
export function stopReason(seen: Seen, rule: StopRule): "precision" | "max-boots" | null {
  const narrow = seen.relativeHalfWidth !== null && seen.relativeHalfWidth <= rule.precision;
  if (seen.boots >= rule.minBoots && narrow) return "precision";
  return seen.boots >= rule.maxBoots ? "max-boots" : null;
}
