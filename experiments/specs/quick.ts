/** A spec cut short for a functional pass: the same cells in one boot each, with sizes that end in seconds. */
import type { Parameters } from "../workloads/workload.ts";
import type { Spec } from "./spec.ts";

/** Most of what a workload may be asked for, by the name of its parameter; what shapes a figure (tasks, message sizes, clients) stays. */
const most: Readonly<Record<string, number>> = {
  seconds: 1,
  loops: 10,
  packets: 100,
  rows: 1000,
  iterations: 1,
};

/** What takes minutes by a workload's default. */
const instead: Readonly<Record<string, Parameters>> = { unixbench: { iterations: 1 } };

/** UnixBench's index runs all its tests once more. */
const isLeftOut = ({ workload, parameters }: Spec["workloads"][number]) =>
  workload === "unixbench" && parameters.test === "index";

export function quickly(spec: Spec): Spec {
  const workloads = spec.workloads
    .filter((entry) => !isLeftOut(entry))
    .map(({ workload, parameters }) => ({ workload, parameters: cut({ ...parameters, ...instead[workload] }) }));
  return { ...spec, workloads, minBoots: 1, maxBoots: 1 };
}

function cut(parameters: Parameters): Parameters {
  const entries = Object.entries(parameters).map(([name, value]): [string, Parameters[string]] => {
    const limit = Object.hasOwn(most, name) ? most[name] : undefined;
    return [name, limit !== undefined && typeof value === "number" ? Math.min(value, limit) : value];
  });
  return Object.fromEntries(entries);
}
