/** A few minutes through every workload: shows that the whole line works, not how fast anything is. */
import { defineSpec } from "./spec.ts";

export default defineSpec({
  name: "quickstart",
  title: "Quick start",
  study: null,
  figure: null,
  published: null,
  method: "Every workload once per boot, cut short, in three boots: enough to see the whole line work, not to compare.",
  workloads: [
    { workload: "instantiation", parameters: {} },
    { workload: "iperf3", parameters: { direction: "tx", seconds: 2 } },
    { workload: "iperf3", parameters: { direction: "rx", seconds: 2 } },
    { workload: "rtt", parameters: { packets: 1000 } },
    { workload: "image-size", parameters: {} },
    { workload: "memory", parameters: {} },
    { workload: "hackbench", parameters: { groups: 1, loops: 100 } },
  ],
  minBoots: 3,
  maxBoots: 3,
  precision: 0.05,
});
