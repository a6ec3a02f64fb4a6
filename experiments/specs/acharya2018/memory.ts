/** Memory: KVM, containers and unikernels. */
import { defineSpec } from "../spec.ts";
import { acharya2018 } from "./study.ts";

export default defineSpec({
  ...acharya2018,
  name: "acharya2018/memory",
  title: "Memory",
  figure: "Memory comparison",
  method:
    "The study's full text is not public; the workload is derived from its claims " +
    "on memory: sysbench writes blocks to memory for ten seconds.",
  workloads: [{ workload: "sysbench-memory", parameters: { seconds: 10 } }],
});
