/** What a spec is: one figure or table of a study as data. One file per spec, one line in index.ts. */
import type { Parameters } from "../workloads/workload.ts";

/** Systems as the study's stacks name them, what was varied, how often, and what results are set against. */
interface Published {
  systems: readonly string[];
  factors: string;
  repetitions: string;
  baseline: string;
}

export interface Spec {
  /** `<study>/<figure>` or a plain name. */
  name: string;
  title: string;
  study: string | null;
  /** Which figure or table of the study it re-runs. */
  figure: string | null;
  /** One sentence on how the study measured it and how this does. */
  method: string;
  /** As the study did it; null for a spec that re-runs none. */
  published: Published | null;
  workloads: readonly { workload: string; parameters: Parameters }[];
  /** Stop rule: at least this many boots, at most that many, until the 95 % interval's relative half width is below precision. */
  minBoots: number;
  maxBoots: number;
  precision: number;
}

export function defineSpec(spec: Spec): Spec {
  return spec;
}
