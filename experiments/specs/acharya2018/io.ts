/** I/O: KVM, containers and unikernels. */
import { defineSpec } from "../spec.ts";
import { acharya2018 } from "./study.ts";

export default defineSpec({
  ...acharya2018,
  name: "acharya2018/io",
  title: "I/O",
  figure: "I/O comparison",
  method:
    "The study's full text is not public; the workload is derived from its claims " +
    "on I/O: IOzone on a file of 10 MB, as in the same authors' raho2015.",
  workloads: ["write", "rewrite", "read", "reread", "random-read", "random-write"].map((operation) => ({
    workload: "iozone",
    parameters: { fileKiB: 10_240, operation },
  })),
});
