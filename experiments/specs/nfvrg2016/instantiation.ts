/** How fast each system comes up. */
import { defineSpec } from "../spec.ts";
import { nfvrg2016 } from "./study.ts";

export default defineSpec({
  ...nfvrg2016,
  name: "nfvrg2016/instantiation",
  title: "Instantiation time",
  figure: "instantiation times",
  method:
    "The study floods a starting guest with SYNs from outside until the first RST; here SYNs leave the client's " +
    "namespace every half millisecond, and both moments are read from kernel time stamps.",
  workloads: [{ workload: "instantiation", parameters: {} }],
});
