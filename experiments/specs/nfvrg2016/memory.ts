/** Memory that each idle system takes from its host. */
import { defineSpec } from "../spec.ts";
import { nfvrg2016 } from "./study.ts";

export default defineSpec({
  ...nfvrg2016,
  name: "nfvrg2016/memory",
  title: "Memory use",
  figure: "memory usage",
  method:
    "The study reads top for processes and xl for Xen; here the host's own account of the idle guest is read, the " +
    "monitor's proportional set or the container's cgroup, in a boot of its own without huge pages.",
  workloads: [{ workload: "memory", parameters: {} }],
});
