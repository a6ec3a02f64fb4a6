/** TCP throughput between a guest and its host, no network card in between. */
import { defineSpec } from "../spec.ts";
import { nfvrg2016 } from "./study.ts";

export default defineSpec({
  ...nfvrg2016,
  name: "nfvrg2016/throughput",
  title: "TCP throughput",
  figure: "throughput, Tx and Rx",
  method:
    "The study runs iperf over TCP between a guest and the host it is on; here iperf3 runs for ten seconds between " +
    "the guest and the client's namespace, and what the receiver counted is taken.",
  workloads: [
    { workload: "iperf3", parameters: { direction: "tx", seconds: 10 } },
    { workload: "iperf3", parameters: { direction: "rx", seconds: 10 } },
  ],
});
