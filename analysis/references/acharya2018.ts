/** What is public of acharya2018 (hypervisors, containers and unikernels on ARMv8 and x86): its claims, no table. */
import { type Asserted, asserted } from "./published.ts";
import type { Reference } from "./reference.ts";

const study = "acharya2018";

const faster = (system: string, baseline: string, times: number, place = "abstract") =>
  asserted({ study, place, system, baseline, quantity: "throughput", stated: { value: times, unit: "times" } });

/** On x86. "Almost 2 times" is kept as 2; the last is reported elsewhere of the study. */
export const acharya2018Statements: readonly Asserted[] = [
  ...["docker", "rkt", "osv"].map((system) => faster(system, "kvm", 2)),
  faster("rumprun", "osv", -32, "as reported elsewhere"),
];

export const acharya2018: Reference = {
  study,
  citation:
    "Acharya, Fanguède, Paolino, Raho: a performance benchmarking analysis of hypervisors, containers and unikernels on ARMv8 and x86, EuCNC 2018",
  // named neither in the abstract nor in the introduction
  cpu: null,
  testbed: { cpuPattern: /(?!)/, host: {}, platforms: {} },
  lookup: () => null,
  notes: (cell) =>
    cell.workload === "iperf3"
      ? [
          "acharya2018, abstract: on x86, containers and unikernels have almost twice the network throughput of KVM on a tap bridge; a user-space switch overcomes that; on ARMv8, KVM is the fastest.",
        ]
      : [],
};
