import { cpuListSchema, cpusOf } from "../../schema.ts";
import { matching } from "./file-setting.ts";
import { defineSetting, summary } from "./setting.ts";
import { files } from "./shell.ts";

const EACH = "/proc/irq/[0-9]*/smp_affinity_list";
const DEFAULT = "/proc/irq/default_smp_affinity";

/** The list as Linux prints it: 0,1,2,5 → 0-2,5. */
export function canonicalList(cpus: string): string {
  const sorted = [...new Set(cpusOf(cpus))].sort((a, b) => a - b);
  const starts = sorted.filter((cpu) => !sorted.includes(cpu - 1));
  const ends = sorted.filter((cpu) => !sorted.includes(cpu + 1));
  return starts.map((start, index) => (start === ends[index] ? `${start}` : `${start}-${ends[index]}`)).join(",");
}

/** The CPUs as the kernel's mask: hexadecimal, a comma every 32 bits, without leading zeros. */
export function maskOf(cpus: string): string {
  const bits = cpusOf(cpus)
    .reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n)
    .toString(16);
  const words = bits.padStart(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return words.join(",").replace(/^0+(?=.)/, "");
}

/** Interrupts that the kernel manages by itself, such as those of NVMe queues, refuse; the others move. */
export const irqAffinity = defineSetting({
  name: "irqAffinity",
  title: "interrupt affinity",
  schema: cpuListSchema.describe(
    "CPUs that serve the devices' interrupts, also those to come; lasts where irqbalance is stopped",
  ),
  probe: `show ${files(EACH, DEFAULT)}`,
  functions: `
get() {
  read_file "$1" || return 1
  [ "$1" = ${DEFAULT} ] || return 0
  while :; do case $v in 0?* | ,?*) v=\${v#?} ;; *) break ;; esac; done
}
`,
  mayRefuse: true,
  apply: (cpus) => `want ${canonicalList(cpus)} ${files(EACH)}\nwant ${maskOf(cpus)} ${files(DEFAULT)}`,
  lacks: (_, { values }) =>
    matching(values, EACH).length > 0 ? null : "this host has no interrupts whose affinity can be set",
  describe: (values) => summary(matching(values, EACH).map(([, cpus]) => `CPU ${cpus}`)),
});
