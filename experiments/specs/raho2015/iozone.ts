/** What figures 4 to 6 of raho2015 have in common: every operation of IOzone on a file of one size. */
import type { Spec } from "../spec.ts";
import { asPublished, raho2015 } from "./study.ts";

const operations = [
  ...["write", "rewrite", "read", "reread", "random-read", "random-write", "backward-read", "record-rewrite"],
  ...["stride-read", "fwrite", "refwrite", "fread", "refread"],
];

export function iozone(size: string, figure: string, fileKiB: number, words: string): Spec {
  return {
    ...raho2015,
    published: asPublished("operation of IOzone, averaged over record lengths of 4 KB up to the file's size"),
    name: `raho2015/iozone-${size}`,
    title: `IOzone, a file of ${words}`,
    figure,
    method:
      "The study averages each operation over record lengths from 4 KB to the power of two nearest to the file's size, " +
      "with caches on, in ten runs; here the ten runs are ten boots.",
    workloads: operations.map((operation) => ({ workload: "iozone", parameters: { fileKiB, operation } })),
  };
}
