/** TCP throughput: bridge or user-space switch under KVM, containers, unikernels. */
import { defineSpec } from "../spec.ts";
import { acharya2018 } from "./study.ts";

export default defineSpec({
  ...acharya2018,
  name: "acharya2018/network",
  title: "Network throughput",
  figure: "network comparison",
  method:
    "The study's full text is not public; the workload is derived from its claims on network I/O: iperf3 over TCP for " +
    "ten seconds in each direction, what the receiver counted.",
  workloads: [
    { workload: "iperf3", parameters: { direction: "tx", seconds: 10 } },
    { workload: "iperf3", parameters: { direction: "rx", seconds: 10 } },
  ],
});
