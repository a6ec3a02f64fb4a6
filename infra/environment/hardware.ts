/** The host's hardware and firmware from the probe's sections; pure. */
import { InfraError } from "../errors.ts";
import type { Environment } from "./schema.ts";
import { byFileName, countOf, pathValues, type Sections, unique } from "./sections.ts";

/** Values of a field of /proc/cpuinfo, each once: more than one where a machine mixes cores. */
type CpuInfo = (field: string) => string[];

function readCpuInfo(sections: Sections): CpuInfo {
  const fields = Map.groupBy(
    sections("cpuinfo").map((line) => line.split(/\s*:\s*/, 2) as [string, string]),
    ([field]) => field,
  );
  return (field) => unique((fields.get(field) ?? []).map(([, value]) => value ?? ""));
}

/** Part numbers that ARM gave its own cores; others are shown as the kernel names them. */
const armParts: Record<string, string> = {
  "0xc07": "Cortex-A7",
  "0xc09": "Cortex-A9",
  "0xc0f": "Cortex-A15",
  "0xd03": "Cortex-A53",
  "0xd04": "Cortex-A35",
  "0xd05": "Cortex-A55",
  "0xd07": "Cortex-A57",
  "0xd08": "Cortex-A72",
  "0xd09": "Cortex-A73",
  "0xd0a": "Cortex-A75",
  "0xd0b": "Cortex-A76",
  "0xd0c": "Neoverse-N1",
  "0xd40": "Neoverse-V1",
  "0xd49": "Neoverse-N2",
};

function cpuModelOf(cpu: CpuInfo, architecture: string): string {
  const arm = cpu("CPU implementer").includes("0x41") ? cpu("CPU part").map((part) => armParts[part] ?? part) : [];
  if (arm.some((name) => !name.startsWith("0x"))) return `ARM ${arm.join(" + ")}`;
  return [cpu("model name"), cpu("Hardware")].find((names) => names.length > 0)?.join(" + ") ?? architecture;
}

const IDENTITY = ["vendor_id", "cpu family", "model", "stepping"].concat(
  ["implementer", "architecture", "variant", "part", "revision"].map((field) => `CPU ${field}`),
);

/** `L1d → 48K × 2`; a level of different sizes lists each. */
function cachesOf(sections: Sections): Record<string, string> {
  const entries = Map.groupBy(pathValues(sections("caches")), ([path]) => path.split("/").slice(0, -1).join("/"));
  const found = [...entries.values()].map((fields) => byFileName(fields.map(([path, value]) => `${path}:${value}`)));
  const caches = found.flatMap(({ level, type, size, shared_cpu_list: cpus }) =>
    level && size
      ? [{ name: `L${level}${type === "Data" ? "d" : type === "Instruction" ? "i" : ""}`, size, cpus }]
      : [],
  );
  const sizes = (list: typeof caches) =>
    [...Map.groupBy(list, ({ size }) => size)].map(
      ([size, same]) => `${size} × ${new Set(same.map(({ cpus }) => cpus)).size}`,
    );
  return Object.fromEntries(
    [...Map.groupBy(caches, ({ name }) => name)].map(([name, list]) => [name, unique(sizes(list)).join(" + ")]),
  );
}

/** Up to a multiple of 1/64 of its size, rounded to a power of two: what the kernel keeps for itself varies by less. */
export function roundedMiB(mib: number): number {
  const step = Math.max(64, 2 ** Math.ceil(Math.log2(mib / 64)));
  return Math.ceil(mib / step) * step;
}

interface Memory {
  totalMiB: number;
  nodes: Record<string, number>;
}

/**
 * Memory blocks that are online tell what is installed, to the block, and the same at every boot. Kernels without them
 * only tell MemTotal, which varies by some KiB: it is rounded up.
 */
function memoryOf(lines: readonly string[]): Memory {
  const words = lines.map((line) => line.split(/\s+/));
  const [, blockSize] = words.find(([kind]) => kind === "block") ?? [];
  const blocks = words.filter(([kind]) => kind === "blocks");
  const inMiB = (count: string | undefined) => (Number(count) * Number.parseInt(blockSize ?? "", 16)) / 2 ** 20;
  if (blockSize !== undefined && blocks.length > 0) {
    const nodes = Object.fromEntries(blocks.map(([, owner = "", count]) => [owner, inMiB(count)]));
    return { totalMiB: Object.values(nodes).reduce((sum, mib) => sum + mib, 0), nodes };
  }
  const [, kib] = words.find(([kind]) => kind === "MemTotal") ?? [];
  return { totalMiB: roundedMiB(Number(kib) / 1024), nodes: {} };
}

/** Node → its CPUs that are online. */
export function nodesOf(sections: Sections): Record<string, string> {
  return Object.fromEntries(pathValues(sections("numa")).map(([path, cpus]) => [path.split("/").at(-2) ?? "", cpus]));
}

function coresOf(sections: Sections): { sockets: number | null; cores: number | null } {
  const cpus = Map.groupBy(pathValues(sections("topology")), ([path]) => path.split("/").at(-3));
  const places = [...cpus.values()].map((fields) => byFileName(fields.map(([path, value]) => `${path}:${value}`)));
  // a package of -1 is a firmware's way of saying nothing
  const known = places.filter(({ physical_package_id: socket }) => socket !== undefined && !socket.startsWith("-"));
  if (known.length === 0) return { sockets: null, cores: null };
  return {
    sockets: new Set(known.map((place) => place.physical_package_id)).size,
    cores: new Set(known.map((place) => [place.physical_package_id, place.die_id, place.core_id].join())).size,
  };
}

/** What `xl info` says of the whole machine, of which Dom0 is only a part; empty on other hosts. */
export function xenInfo(sections: Sections): Record<string, string> {
  return Object.fromEntries(pathValues(sections("xen")).map(([name, value]) => [name.trim(), value]));
}

/** Dom0 runs under Xen, but on bare metal. */
const isDom0 = (sections: Sections) => byFileName(sections("hypervisor")).capabilities?.includes("control_d") ?? false;

function virtualizedBy(sections: Sections, cpu: CpuInfo): string | null {
  const { type, compatible } = byFileName(sections("hypervisor"));
  const { sys_vendor: vendor, model } = byFileName(sections("machine"));
  if (isDom0(sections)) return null;
  const flagged = cpu("flags").some((flags) => flags.split(" ").includes("hypervisor"));
  const emulated = vendor === "QEMU" || model?.includes("dummy-virt");
  if (!flagged && !emulated && !type && !compatible) return null;
  return type ?? compatible ?? vendor ?? (emulated ? "QEMU" : "a hypervisor");
}

/** Words as they are, without the fillers of firmware that nobody filled in. */
function named(...words: (string | undefined)[]): string | null {
  const said = words.filter((word) => word && !/^(to be filled|default string|not specified|n\/a|none)/i.test(word));
  return said.length === 0 ? null : said.join(" ");
}

const memoryFromXen = (info: Record<string, string>) =>
  info.total_memory ? roundedMiB(Number(info.total_memory)) : null;

function cpusFromXen({ nr_cpus, cores_per_socket, threads_per_core }: Record<string, string>) {
  if (nr_cpus === undefined) return null;
  const threads = Math.max(1, Number(threads_per_core));
  const cores = Number(nr_cpus) / threads;
  return { cpus: Number(nr_cpus), cores, sockets: Math.max(1, Math.round(cores / Number(cores_per_socket))) };
}

export function hardwareOf(sections: Sections): Environment["hardware"] {
  const cpu = readCpuInfo(sections);
  const architecture = sections("uname")[0] === "aarch64" ? "arm64" : (sections("uname")[0] ?? "");
  const { present = "" } = byFileName(sections("cpus"));
  const memory = memoryOf(sections("memory"));
  const xen = xenInfo(sections);
  const dmi = byFileName(sections("machine"));
  const hardware: Environment["hardware"] = {
    accelerator: null,
    virtualized: virtualizedBy(sections, cpu),
    architecture,
    cpuModel: cpuModelOf(cpu, architecture),
    cpuIdentity: IDENTITY.flatMap((field) => (cpu(field).length > 0 ? [`${field} ${cpu(field).join(" + ")}`] : [])),
    cpus: countOf(present),
    ...coresOf(sections),
    ...cpusFromXen(xen),
    caches: cachesOf(sections),
    memoryMiB: memoryFromXen(xen) ?? memory.totalMiB,
    numa: Object.fromEntries(Object.keys(nodesOf(sections)).map((node) => [node, memory.nodes[node] ?? null])),
    hugePageSizes: unique(sections("huge-pages")),
    machine: named(dmi.sys_vendor, dmi.product_name) ?? named(dmi.board_name ?? dmi.model ?? cpu("Hardware")[0]),
    cpuFlags: unique([...cpu("flags"), ...cpu("Features")].flatMap((flags) => flags.split(" "))),
  };
  for (const field of ["cpus", "memoryMiB"] as const)
    if (!(hardware[field] > 0)) throw new InfraError(`the look at the host's environment found no ${field}`);
  return hardware;
}

const mapValues = (record: Record<string, string>, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

export function firmwareOf(sections: Sections): Environment["firmware"] {
  const { bios_vendor: vendor, bios_version: version, bios_date: date } = byFileName(sections("machine"));
  return {
    microcode: readCpuInfo(sections)("microcode"),
    // whether threads share a core is a setting
    mitigations: mapValues(byFileName(sections("mitigations")), (text) => text.replace(/[;,] SMT [^;,]*$/, "")),
    bios: named(vendor, version, date),
  };
}
