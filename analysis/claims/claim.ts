/**
 * What a claim is: a study's statement as bounds on ratios between systems, never on absolute numbers. Words get one
 * meaning here: "level" is within 5 %, "leads" is a ratio on one side of 1, and a stated difference holds where ours has
 * its sign and is between half and one and a half times as large (at least 2 percentage points are allowed).
 */
import type { Cell } from "../../experiments/campaign/results.ts";
import type { Published } from "../references/published.ts";

/** What is compared: cells of a workload whose parameters include these; of several, the geometric mean over those that both systems have. */
export interface Measurement {
  workload: string;
  where?: Readonly<Cell["parameters"]>;
  /** Parameters that are larger than this. */
  beyond?: Readonly<Record<string, number>>;
  /** Default: the workload's primary metric. */
  metric?: string;
}

/** The system's value over the baseline's lies within the bounds. */
export interface Assertion {
  system: string;
  baseline: string;
  of: Measurement;
  /** Default: −∞. */
  atLeast?: number;
  /** Default: ∞. */
  atMost?: number;
}

export interface Claim {
  /** `<study>/<figure>-<what>`, unique. */
  id: string;
  study: Published["study"];
  place: string;
  /** The statement in one sentence. */
  says: string;
  /** Of guests that it is about, as stacks name them; on others it cannot be tested. */
  architectures: readonly string[];
  /** All must hold. */
  ratios: readonly Assertion[];
  /** Systems that cannot run at all, and say why. */
  unsupported?: readonly string[];
}

const LEVEL = 0.05;

export function level(system: string, baseline: string, of: Measurement, margin = LEVEL): Assertion {
  return { system, baseline, of, atLeast: 1 - margin, atMost: 1 + margin };
}

/** The larger value, whichever is better. */
export function above(system: string, baselines: readonly string[], of: Measurement, times = 1): Assertion[] {
  return baselines.map((baseline) => ({ system, baseline, of, atLeast: times }));
}

export function below(system: string, baselines: readonly string[], of: Measurement, times = 1): Assertion[] {
  return baselines.map((baseline) => ({ system, baseline, of, atMost: times }));
}

const LEAST_MARGIN = 0.02;

/** The ratio that a study states. */
export function near(system: string, baseline: string, of: Measurement, ratio: number): Assertion {
  if (ratio === 1) return level(system, baseline, of);
  // "32 times below" is as wide as "32 times above"
  if (ratio <= 0.5) return { system, baseline, of, atLeast: (ratio * 2) / 3, atMost: ratio * 2 };
  const margin = Math.max(LEAST_MARGIN, Math.abs(ratio - 1) / 2);
  return { system, baseline, of, atLeast: ratio - margin, atMost: ratio + margin };
}
