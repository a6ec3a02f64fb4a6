/** Every workload, by name: `registry.ts` has a line for each. */
import { ConfigError } from "../../infra/errors.ts";
import { unknownName } from "../../infra/nearest.ts";
import * as registry from "./registry.ts";
import type { Workload } from "./workload.ts";

export const workloads: readonly Workload[] = Object.values(registry);

/** Throws ConfigError with the nearest name. */
export function findWorkload(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (found) return found;
  const names = workloads.map((workload) => workload.name);
  throw new ConfigError(unknownName("workload", name, names));
}
