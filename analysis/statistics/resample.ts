/**
 * The inner loop of the bootstrap, on typed arrays. Every sample is the rank of its value: a resample is then a
 * histogram over ranks, and its median a walk to the middle, with nothing to sort.
 */
import type { Nested } from "./bootstrap.ts";
import { seededWords } from "./random.ts";

export interface Tree {
  /** Distinct values, ascending. */
  values: Float64Array;
  /** Rank of each sample, run after run. */
  ranks: Uint32Array;
  /** Where each member of a level begins in the level below, and the end of the last. */
  hosts: Uint32Array;
  boots: Uint32Array;
  runs: Uint32Array;
  /** Members of the highest level that has several; boots where there is one host. */
  units: number;
}

export function flatten(hosts: readonly Nested[]): Tree {
  const boots = hosts.flat();
  const runs = boots.flat();
  const samples = Float64Array.from(runs.flat());
  const values = Float64Array.from(new Set(samples.slice().sort()));
  const rankOf = new Map<number, number>();
  values.forEach((value, rank) => void rankOf.set(value, rank));
  return {
    values,
    ranks: Uint32Array.from(samples, (value) => rankOf.get(value) as number),
    hosts: starts(hosts),
    boots: starts(boots),
    runs: starts(runs),
    units: hosts.length > 1 ? hosts.length : boots.length,
  };
}

function starts(members: readonly (readonly unknown[])[]): Uint32Array {
  const result = new Uint32Array(members.length + 1);
  members.forEach((member, i) => {
    result[i + 1] = (result[i] as number) + member.length;
  });
  return result;
}

/** Medians of so many resamples. `whole units`: what lies below a drawn unit is taken as it is. */
export function resample(tree: Tree, seed: string, resamples: number, how: "all levels" | "whole units"): Float64Array {
  const { values, ranks, hosts, boots, runs } = tree;
  const hostCount = hosts.length - 1;
  const all = how === "all levels";
  const drawHosts = hostCount > 1;
  const drawBoots = all || !drawHosts;
  const counts = new Uint32Array(values.length);
  const medians = new Float64Array(resamples);
  const fill = seededWords(seed);
  const words = new Uint32Array(4096);
  let next = words.length;
  const draw = (count: number) => {
    if (next === words.length) {
      fill(words);
      next = 0;
    }
    return Math.floor(((words[next++] as number) / 4294967296) * count);
  };
  for (let i = 0; i < resamples; i++) {
    counts.fill(0);
    let size = 0;
    for (let h = 0; h < hostCount; h++) {
      const host = drawHosts ? draw(hostCount) : h;
      const [firstBoot, bootsHere] = [hosts[host] as number, (hosts[host + 1] as number) - (hosts[host] as number)];
      for (let b = 0; b < bootsHere; b++) {
        const boot = firstBoot + (drawBoots ? draw(bootsHere) : b);
        const firstRun = boots[boot] as number;
        const runsHere = (boots[boot + 1] as number) - firstRun;
        for (let r = 0; r < runsHere; r++) {
          const run = firstRun + (all && runsHere > 1 ? draw(runsHere) : r);
          const first = runs[run] as number;
          const here = (runs[run + 1] as number) - first;
          size += here;
          if (!all || here === 1) {
            for (let s = first; s < first + here; s++) (counts[ranks[s] as number] as number)++;
            continue;
          }
          next = countDraws(counts, ranks, first, here, words, next, fill);
        }
      }
    }
    medians[i] = middleOf(counts, values, size);
  }
  return medians;
}

/** Two draws from each word: 16 bits are even to 0.1 % for runs of up to 64 samples, longer ones take a whole word each. */
function countDraws(
  counts: Uint32Array,
  ranks: Uint32Array,
  first: number,
  count: number,
  words: Uint32Array,
  from: number,
  fill: (words: Uint32Array) => void,
): number {
  let next = from;
  const paired = count <= 64;
  const pairs = paired ? count >> 1 : 0;
  if (next + pairs > words.length) {
    fill(words);
    next = 0;
  }
  for (const end = next + pairs; next < end; next++) {
    const word = words[next] as number;
    const one = first + (((word & 0xffff) * count) >>> 16);
    const other = first + (((word >>> 16) * count) >>> 16);
    (counts[ranks[one] as number] as number)++;
    (counts[ranks[other] as number] as number)++;
  }
  for (let left = count - 2 * pairs; left > 0; left--) {
    if (next === words.length) {
      fill(words);
      next = 0;
    }
    const sample = first + Math.floor(((words[next++] as number) / 4294967296) * count);
    (counts[ranks[sample] as number] as number)++;
  }
  return next;
}

/** Median of a histogram of `size` values. */
function middleOf(counts: Uint32Array, values: Float64Array, size: number): number {
  const lower = (size - 1) >> 1;
  const upper = size >> 1;
  let rank = 0;
  let passed = counts[0] as number;
  while (passed <= lower) passed += counts[++rank] as number;
  const low = values[rank] as number;
  if (passed > upper) return low;
  while (passed <= upper) passed += counts[++rank] as number;
  return (low + (values[rank] as number)) / 2;
}
