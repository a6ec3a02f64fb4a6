/** The small system benchmarks of UnixBench, and their index. */
import { defineSpec } from "../spec.ts";
import { asPublished, raho2015 } from "./study.ts";

const tests = ["dhrystone", "whetstone", "execl", "pipe", "context1", "spawn", "shell1", "shell8", "syscall", "index"];

export default defineSpec({
  ...raho2015,
  published: asPublished("test of UnixBench, and the index"),
  name: "raho2015/unixbench",
  title: "UnixBench",
  figure: "Fig 3",
  method:
    "The study runs UnixBench 5.1.3 ten times and takes means of each test's score; here the ten runs are ten boots, each " +
    "test runs by itself, and scores are set against the host's, as tests share no scale.",
  workloads: tests.map((test) => ({ workload: "unixbench", parameters: { test } })),
});
