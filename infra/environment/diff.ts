/** What differs between two environments: grouped, most consequential first; pure. */
import { type Environment, fieldOrder, type Group, groups } from "./schema.ts";
import { type Difference, diffTrees } from "./tree-diff.ts";

export const groupTitles: Readonly<Record<Group, string>> = {
  hardware: "Hardware",
  firmware: "Firmware and mitigations",
  kernel: "Kernel",
  settings: "Host settings",
  tools: "Hypervisor and tools",
  networks: "Networks",
  images: "Images",
  guests: "Guests",
  toolchain: "Toolchain",
};

export interface EnvironmentDifference extends Difference {
  group: Group;
}

export interface EnvironmentDiff {
  differences: EnvironmentDifference[];
  /** Groups that one of the two does not hold, because its stack was not up. */
  notCompared: Group[];
}

export function diffEnvironments(before: Environment, after: Environment): EnvironmentDiff {
  const notCompared: Group[] = [];
  const differences = groups.flatMap((group) => {
    const [old, now] = [before[group], after[group]];
    if (old === null || now === null) {
      if (old !== now) notCompared.push(group);
      return [];
    }
    return diffTrees(old, now, fieldOrder[group]).map((difference) => ({ group, ...difference }));
  });
  return { differences: differences.filter((difference) => !isUnknown(difference, before, after)), notCompared };
}

/** Before a stack is up, nobody knows which accelerator runs guests, nor the settings that `up` will change. */
function isUnknown({ group, path: [field = ""] }: EnvironmentDifference, ...sides: Environment[]): boolean {
  if (group === "hardware" && field === "accelerator")
    return sides.some(({ hardware }) => hardware.accelerator === null);
  return group === "settings" && sides.some(({ guests, settings }) => guests === null && settings[field] === undefined);
}

const labels: Readonly<Record<string, string>> = {
  cpuModel: "CPU model",
  cpuIdentity: "CPU identity",
  cpus: "CPUs",
  cpuFlags: "CPU flags",
  memoryMiB: "memory in MiB",
  numa: "NUMA",
  bios: "BIOS",
  xenCommandLine: "Xen command line",
  kvm: "KVM",
  os: "operating system",
  vcpus: "virtual CPUs",
  smt: "SMT",
  ksm: "KSM",
  aslr: "ASLR",
  numaBalancing: "NUMA balancing",
  irqAffinity: "IRQ affinity",
  cpuIsolation: "CPU isolation",
  nmiWatchdog: "NMI watchdog",
  maxCStateLatencyUs: "idle states",
};

/** hugePageSizes → huge page sizes; other names are left as they are. */
function spaced(name: string): string {
  return /^[a-z]+([A-Z][a-z]+)+$/.test(name) ? name.replace(/[A-Z]/g, (char) => ` ${char.toLowerCase()}`) : name;
}

/** Field names as a person reads them. */
export function labelOf(path: readonly string[]): string {
  return path.map((field) => labels[field] ?? spaced(field)).join(" › ");
}

/** One line for each difference, the first `limit` of them. */
export function sentences({ differences }: Pick<EnvironmentDiff, "differences">, limit: number): string[] {
  const shown = differences
    .slice(0, limit)
    .map((difference) => `${groupTitles[difference.group]}: ${labelOf(difference.path)}: ${changed(difference)}`);
  const more = differences.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

const LONGEST = 80;
const FEW_LINES = 4;
const short = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

function changed({ before, after, lines }: EnvironmentDifference): string {
  if (lines === null) return `was ${short(before ?? "nothing")}, is ${short(after ?? "nothing")}`;
  return lines.length > FEW_LINES ? `${lines.length} lines differ` : lines.map(short).join(", ");
}
