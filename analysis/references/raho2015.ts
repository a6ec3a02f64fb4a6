/** What raho2015 (KVM, Xen and Docker on ARMv7) says in words; its figures give no numbers to put beside ours. */
import type { Reference } from "./reference.ts";

const cpu = { name: "ARM Cortex-A15 (Exynos 5250)", pattern: /Cortex-A15|Exynos 5250/i };

export const raho2015: Reference = {
  study: "raho2015",
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
