/** Huge pages for the guests: pages added to the pool of one size for the stack, and given back to the page. */
import { dirname, join } from "node:path";
import { runtimeDir } from "../toolchain/paths.ts";
import type { HostObject } from "./objects.ts";

export const PAGE_KIB: Record<string, number> = { "2MiB": 2048, "1GiB": 1_048_576 };

/** Where the pool of a size is, and the records of what stacks added to it: what it had without any, and the pages added. */
const placesOf = (size: string) => ({
  folder: `/sys/kernel/mm/hugepages/hugepages-${PAGE_KIB[size]}kB`,
  file: `pages-${PAGE_KIB[size]}kB`,
});

/**
 * Shell functions. `added FILE…` sets $sum to the pages that those records say were added. `pages FOLDER` prints how many
 * a pool is meant to have: those that were taken out of it while somebody held them count until they are let go.
 */
export const POOL_FUNCTIONS = [
  "added() {",
  "  sum=0",
  '  for r; do [ ! -e "$r" ] || { read -r _ n <"$r"; sum=$((sum + n)); }; done',
  "}",
  'pages() { echo $(($(cat "$1/nr_hugepages") - $(cat "$1/surplus_hugepages"))); }',
].join("\n");

/**
 * Adds `pages` pages of the size to the host's pool, and takes as many away again, whatever other stacks have added in
 * between. A pool that other hands changed is told, and keeps the difference that they made.
 */
export function hugePagePool(stack: string, size: string, pages: number): HostObject {
  const { folder, file } = placesOf(size);
  const pool = `${folder}/nr_hugepages`;
  const record = join(runtimeDir(stack), file);
  const all = `${dirname(runtimeDir(stack))}/*/${file}`;
  // one at a time: what is read here must hold until it is written
  const begin = [POOL_FUNCTIONS, `exec 9<${pool}`, "flock 9"].join("\n");
  const remove = [
    `[ -e ${record} ] || exit 0`,
    begin,
    `read -r base own <${record}`,
    `added ${all}`,
    `now=$(pages ${folder}); want=$((base + sum)); rest=$((want - own)); left=$((now - own))`,
    `[ $now -eq $want ] || echo "${pool} was $want and is $now now: changed by other hands, whose difference stays" >&2`,
    // where they took pages away, the stack's own count as taken first
    "[ $left -ge $rest ] || left=$((now < rest ? now : rest))",
    `echo $left >${pool}`,
    `rm -f ${record}`,
  ].join("\n");
  return {
    kind: "hugepages",
    name: size,
    shared: true,
    exists: [
      POOL_FUNCTIONS,
      `[ -e ${record} ] || exit 1`,
      `read -r base own <${record}`,
      `added ${all}`,
      `[ "$(pages ${folder})" -ge $((base + sum)) ]`,
    ].join("\n"),
    create: [
      `(\n${remove}\n)`,
      begin,
      `mkdir -p ${runtimeDir(stack)}`,
      `before=$(pages ${folder}); want=$((before + ${pages}))`,
      `added ${all}`,
      `echo "$((before - sum)) ${pages}" >${record}`,
      `echo $want >${pool}`,
      `if [ "$(pages ${folder})" -lt $want ]; then echo 1 >/proc/sys/vm/compact_memory || true; echo $want >${pool}; fi`,
      `got=$(pages ${folder})`,
      `if [ $got -lt $want ]; then echo $before >${pool}; rm ${record}; echo "only $((got - before)) of ${pages} huge pages of ${size} could be reserved: free memory, or set hugePages: \\"none\\" in the stack" >&2; exit 1; fi`,
    ].join("\n"),
    remove,
    values: { record, print: `echo ${pool}` },
  };
}

/** A mount of hugetlbfs of our own, for machines that have none. */
export function hugetlbfsMount(stack: string): HostObject & { path: string } {
  const path = join(runtimeDir(stack), "hugetlbfs");
  return {
    kind: "mount",
    name: path,
    path,
    exists: `grep -q " ${path} hugetlbfs " /proc/mounts`,
    create: `mkdir -p ${path}; mount -t hugetlbfs none ${path}`,
    remove: `if grep -q " ${path} " /proc/mounts; then umount ${path}; fi; rmdir ${path} 2>/dev/null || true`,
  };
}
