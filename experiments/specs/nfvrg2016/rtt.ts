/** Round-trip time to a guest. */
import { defineSpec } from "../spec.ts";
import { nfvrg2016 } from "./study.ts";

export default defineSpec({
  ...nfvrg2016,
  name: "nfvrg2016/rtt",
  title: "Round-trip time",
  figure: "round-trip times",
  method:
    "The study averages a ping flood from outside; here the flood is 10,000 packets from the client's namespace on " +
    "the same host.",
  workloads: [{ workload: "rtt", parameters: { packets: 10_000 } }],
});
