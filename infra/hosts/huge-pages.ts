/** Huge pages for the guests: pages added to the pool of one size for the stack, and given back to the page. */
import { join } from "node:path";
import { runtimeDir } from "../toolchain/paths.ts";
import type { HostObject } from "./objects.ts";

export const PAGE_KIB: Record<string, number> = { "2MiB": 2048, "1GiB": 1_048_576 };

/** Adds `pages` pages of the size to the host's pool; the value found is recorded, and put back if nobody changed it since. */
export function hugePagePool(stack: string, size: string, pages: number): HostObject {
  const folder = `/sys/kernel/mm/hugepages/hugepages-${PAGE_KIB[size]}kB`;
  const pool = `${folder}/nr_hugepages`;
  const record = join(runtimeDir(stack), `hugepages-${size}`);
  return {
    kind: "hugepages",
    name: size,
    shared: true,
    exists: `[ -e ${record} ] && [ "$(cat ${pool})" -ge "$(cut -d' ' -f2 ${record})" ]`,
    create: [
      `mkdir -p ${runtimeDir(stack)}`,
      // pages that were taken out of the pool while somebody held them count until they are let go
      `before=$(($(cat ${pool}) - $(cat ${folder}/surplus_hugepages))); want=$((before + ${pages}))`,
      `echo "$before $want" >${record}`,
      `echo $want >${pool}`,
      `if [ "$(cat ${pool})" -lt $want ]; then echo 1 >/proc/sys/vm/compact_memory || true; echo $want >${pool}; fi`,
      `got=$(cat ${pool})`,
      `if [ $got -lt $want ]; then echo $before >${pool}; rm ${record}; echo "only $((got - before)) of ${pages} huge pages of ${size} could be reserved: free memory, or set hugePages: \\"none\\" in the stack" >&2; exit 1; fi`,
    ].join("\n"),
    remove: [
      `[ -e ${record} ] || exit 0`,
      `read before want <${record}`,
      `now=$(cat ${pool})`,
      `if [ "$now" = "$want" ]; then echo "$before" >${pool}; else echo "${pool} was $want and is $now now: changed by other hands, left alone" >&2; fi`,
      `rm -f ${record}`,
    ].join("\n"),
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
