/** CPU: KVM, containers and unikernels. */
import { defineSpec } from "../spec.ts";
import { acharya2018 } from "./study.ts";

export default defineSpec({
  ...acharya2018,
  name: "acharya2018/cpu",
  title: "CPU",
  figure: "CPU comparison",
  method:
    "The study's full text is not public; the workload is derived from its claims " +
    "on CPU: sysbench looks for prime numbers for ten seconds.",
  workloads: [{ workload: "sysbench-cpu", parameters: { seconds: 10 } }],
});
