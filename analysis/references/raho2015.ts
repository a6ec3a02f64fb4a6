/** What raho2015 (KVM, Xen and Docker on ARMv7) says in words; its figures give no numbers to put beside ours. */
import { type Asserted, asserted } from "./published.ts";
import type { Reference } from "./reference.ts";

const study = "raho2015";

type Percent = readonly [system: string, percent: number];

/** In percent of the host's value; negative is below. */
const stated = (place: string, quantity: string, parameters: Asserted["parameters"], ...percents: readonly Percent[]) =>
  percents.map(([system, value]) =>
    asserted({ study, place, system, baseline: "host", quantity, parameters, stated: { value, unit: "%" } }),
  );

/** Every percentage of the study. None is printed as a value: they can be asserted, not plotted. */
export const raho2015Statements: readonly Asserted[] = [
  ...stated("Fig 2", "hackbench time", { tasks: 640 }, ["kvm", 5], ["domu", 5]),
  ...stated("Fig 3", "score", { test: "shell1" }, ["domu", -2]),
  ...stated("Fig 3", "score", { test: "shell8" }, ["domu", -3]),
  ...stated("Fig 3", "score", { test: "spawn" }, ["domu", -2.5], ["kvm", -2.5], ["docker", -3.5]),
  ...stated("Fig 3", "score", { test: "pipe" }, ["docker", -3.5]).map((one) => ({ ...one, deviationPercent: 5 })),
  ...stated("Fig 3", "score", { test: "context1" }, ["docker", -12.5]),
  ...stated("Fig 7", "throughput", { messageBytes: 32 }, ["docker", -23.5], ["kvm", -35.5], ["domu", 0]),
  ...stated("Fig 7", "throughput", { messageBytes: 8 }, ["dom0", -4]),
  ...stated("Fig 7", "throughput", { messageBytes: 16 }, ["domu", -6.5]),
  // given as overheads of the transaction rate
  ...stated(
    "Fig 8",
    "transactions",
    { test: "tcp-rr" },
    ["dom0", -7],
    ["docker", -19.5],
    ["domu", -28],
    ["kvm", -32.5],
  ),
  ...stated("Fig 8", "transactions", { test: "udp-rr" }, ["dom0", -5], ["docker", -19], ["domu", -24], ["kvm", -29]),
];

const cpu = { name: "ARM Cortex-A15 (Exynos 5250)", pattern: /Cortex-A15|Exynos 5250/i };

export const raho2015: Reference = {
  study,
  citation:
    "Raho, Spyridakis, Paolino, Raho: KVM, Xen and Docker, a performance analysis for ARM based NFV, AIEEE 2015",
  cpu,
  testbed: {
    cpuPattern: cpu.pattern,
    host: {
      ...{ cpu: `${cpu.name}, 1.7 GHz`, cores: "2", memory: "2 GB", hostKernel: "4.1.2" },
      ...{ hostSystem: "Debian GNU/Linux 8", guestCpus: "1", guestMemory: "1 GB" },
    },
    platforms: {
      kvm: { accelerator: "kvm", qemu: "2.3.5", guestKernel: "4.1.2", hugePages: "2MiB", vhost: "off" },
      xen: { accelerator: "xen", xen: "4.5.1", guestKernel: "4.1.2" },
      docker: { docker: "1.6.2" },
    },
  },
  lookup: () => null,
  notes: (cell) =>
    cell.workload === "hackbench"
      ? [
          "raho2015, figure 2 (1000 messages of 100 bytes, 40 to 640 tasks, on ARMv7): Xen Dom0 and Docker are about level with the host; KVM and Xen DomU have up to 5 % overhead at 640 tasks.",
        ]
      : [],
};
