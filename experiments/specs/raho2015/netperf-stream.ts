/** TCP throughput by message size, the device under test being the client. */
import { defineSpec } from "../spec.ts";
import { asPublished, raho2015 } from "./study.ts";

const sizes = Array.from({ length: 16 }, (_, i) => 2 ** (i + 1));

export default defineSpec({
  ...raho2015,
  published: asPublished("message size, 2 bytes and doubling"),
  name: "raho2015/netperf-stream",
  title: "netperf TCP_STREAM",
  figure: "Fig 7",
  method:
    "The study sends messages of 2, 4, 8 … bytes to another machine over 100 Mb/s and takes means of ten runs; here the " +
    "other end is the client's namespace, and the ten runs are ten boots.",
  workloads: sizes.map((messageBytes) => ({
    workload: "netperf",
    parameters: { test: "tcp-stream", messageBytes, seconds: 10 },
  })),
});
