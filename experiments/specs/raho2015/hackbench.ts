/** Scheduling and IPC under load, from 40 to 640 tasks. */
import { defineSpec } from "../spec.ts";
import { asPublished, raho2015 } from "./study.ts";

const groups = [1, 2, 4, 8, 16];

export default defineSpec({
  ...raho2015,
  published: asPublished("40, 80, 160, 320 and 640 tasks"),
  name: "raho2015/hackbench",
  title: "hackbench",
  figure: "Fig 2",
  method:
    "The study takes mean and standard deviation of ten consecutive runs, 40 to 640 tasks passing 1000 messages of " +
    "100 bytes; here the ten runs are ten boots, in blocks of random order.",
  workloads: groups.map((count) => ({ workload: "hackbench", parameters: { groups: count, loops: 1000 } })),
});
