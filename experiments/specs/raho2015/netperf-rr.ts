/** Requests and responses in turn, over TCP and UDP. */
import { defineSpec } from "../spec.ts";
import { asPublished, raho2015 } from "./study.ts";

export default defineSpec({
  ...raho2015,
  published: asPublished("protocol, TCP and UDP"),
  name: "raho2015/netperf-rr",
  title: "netperf TCP_RR and UDP_RR",
  figure: "Fig 8",
  method:
    "The study takes means of ten runs against another machine and gives the overhead in percent of the host's rate of " +
    "transactions; here the other end is the client's namespace, and the ten runs are ten boots.",
  workloads: ["tcp-rr", "udp-rr"].map((test) => ({ workload: "netperf", parameters: { test, seconds: 10 } })),
});
