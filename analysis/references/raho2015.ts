/** What raho2015 (KVM, Xen and Docker on ARMv7) says in words; its figures give no numbers to put beside ours. */
import type { Reference } from "./reference.ts";

export const raho2015: Reference = {
  study: "raho2015",
  citation:
    "Raho, Spyridakis, Paolino, Raho: KVM, Xen and Docker, a performance analysis for ARM based NFV, AIEEE 2015",
  cpu: { name: "ARM Cortex-A15 (Exynos 5250)", pattern: /Cortex-A15|Exynos 5250/i },
  lookup: () => null,
  notes: (cell) =>
    cell.workload === "hackbench"
      ? [
          "raho2015, figure 2 (1000 messages of 100 bytes, 40 to 640 tasks, on ARMv7): Xen Dom0 and Docker are about level with the host; KVM and Xen DomU have up to 5 % overhead at 640 tasks.",
        ]
      : [],
};
