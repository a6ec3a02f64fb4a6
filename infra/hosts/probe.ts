/**
 * One look at the host per run of the program: facts, and which of the stack's own objects are still there.
 * It is a single shell script that changes nothing, so that it can run wherever a shell can.
 */
import { InfraError } from "../errors.ts";
import { type Marker, readMarkers } from "./objects.ts";
import { OPENVSWITCH_SECTIONS, type OpenvswitchFacts, parseOpenvswitch } from "./openvswitch.ts";
import { type HostShell, thisMachine } from "./shell.ts";

const SCRIPT = `
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
section() { printf '\\n== %s\\n' "$1"; }
section hostname; hostname
section architecture; uname -m
section kernel; uname -r
section os; . /etc/os-release; echo "$PRETTY_NAME"
section cpuModel; sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1
section cpus; nproc --all
section memoryKiB; sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo
section virtualized; grep -q '^flags.* hypervisor' /proc/cpuinfo && { cat /sys/hypervisor/type 2>/dev/null || cat /sys/class/dmi/id/sys_vendor 2>/dev/null || echo "a hypervisor"; }
section vhostNet; [ -c /dev/vhost-net ] && echo yes
section hugetlbfs; awk '$3 == "hugetlbfs" && $2 !~ "^/run/guestbench/" { print $2; exit }' /proc/mounts
section hugePages2MiB; [ -d /sys/kernel/mm/hugepages/hugepages-2048kB ] && echo yes
section hugePages1GiB; [ -d /sys/kernel/mm/hugepages/hugepages-1048576kB ] && echo yes
section cgroup; [ -f /sys/fs/cgroup/cgroup.controllers ] && echo v2 || echo v1
section uid; id -u
section qemu; qemu-system-$(uname -m) --version 2>/dev/null | sed -n '1s/.*version \\([0-9.]*\\).*/\\1/p'
section libvirt; libvirtd --version 2>/dev/null | sed 's/.* //'
section docker; dockerd --version 2>/dev/null | sed 's/Docker version \\([^,]*\\),.*/\\1/'
section iperf3; iperf3 --version 2>/dev/null | sed -n '1s/iperf \\([0-9.]*\\).*/\\1/p'
section ping; ping -V 2>/dev/null | sed -n '1s/.*iputils \\([^ ]*\\).*/\\1/p'
section tcpdump; tcpdump --version 2>&1 | sed -n '1s/.*version //p'
section ethtool; ethtool --version 2>/dev/null | sed 's/.* //'
section xl; grep -qs control_d /proc/xen/capabilities && {
  xl info 2>/dev/null
  dmsetup version 2>/dev/null
  ! ls /usr/libexec/xen-qemu-system-* >/dev/null 2>&1 || echo "device_model : installed"
}
section systemDocker; timeout 5 docker -H unix:///var/run/docker.sock version -f '{{.Server.Version}}' 2>/dev/null
section systemLibvirt; timeout 5 virsh -q -c qemu:///system uri 2>/dev/null
section secmodels; timeout 60 virsh -q -c qemu:///system capabilities 2>/dev/null | sed -n '/<secmodel>/,/<\\/secmodel>/s/.*<model>\\(.*\\)<\\/model>.*/\\1/p'
${OPENVSWITCH_SECTIONS}
section end
true
`;

export interface HostFacts {
  hostname: string;
  architecture: "x86_64" | "arm64";
  kernel: string;
  os: string;
  cpuModel: string;
  /** Of the machine, also where Xen gives its control domain less. */
  cpus: number;
  memoryMiB: number;
  virtualized: string | null;
  vhostNet: boolean;
  /** Mount point of somebody else's hugetlbfs, null where there is none. */
  hugetlbfs: string | null;
  hugePageSizes: string[];
  cgroup: "v1" | "v2";
  root: boolean;
  /** Tool → version; a tool that is not installed is missing. */
  tools: Record<string, string>;
  /** Whether the machine's own daemons answer. */
  systemDocker: boolean;
  systemLibvirt: boolean;
  /** Security models of the machine's own libvirtd. */
  securityModels: string[];
  openvswitch: OpenvswitchFacts;
}

/** What `uname -m` calls the instruction sets that guests run on. */
const architectures: Readonly<Record<string, HostFacts["architecture"]>> = { x86_64: "x86_64", aarch64: "arm64" };

/** Parses the sections that the script prints; pure. */
export function parseFacts(text: string): HostFacts {
  const sections = new Map<string, string>();
  for (const part of text.split(/^== /m).slice(1)) {
    const newline = part.indexOf("\n");
    sections.set(part.slice(0, newline), part.slice(newline + 1).trim());
  }
  if (!sections.has("end")) throw new InfraError("the host probe did not finish");
  const read = (name: string) => sections.get(name) ?? "";
  for (const name of ["cpus", "memoryKiB"])
    if (!(Number(read(name)) > 0)) throw new InfraError(`the host probe found no ${name}: "${read(name)}"`);
  const architecture = architectures[read("architecture")];
  if (!architecture)
    throw new InfraError(`guests run on x86_64 and aarch64, and this is an ${read("architecture")} host`);
  const tools = ["qemu", "libvirt", "docker", "iperf3", "ping", "tcpdump", "ethtool", "openvswitch"].filter(
    (tool) => read(tool) !== "",
  );
  const xl = parseXl(read("xl"));
  return {
    hostname: read("hostname"),
    architecture,
    kernel: read("kernel"),
    os: read("os"),
    cpuModel: read("cpuModel") || read("architecture"),
    cpus: xl.cpus ?? Number(read("cpus")),
    memoryMiB: xl.memoryMiB ?? Math.floor(Number(read("memoryKiB")) / 1024),
    virtualized: read("virtualized") || null,
    vhostNet: read("vhostNet") === "yes",
    hugetlbfs: read("hugetlbfs") || null,
    hugePageSizes: [...(read("hugePages2MiB") ? ["2MiB"] : []), ...(read("hugePages1GiB") ? ["1GiB"] : [])],
    cgroup: read("cgroup") === "v2" ? "v2" : "v1",
    root: read("uid") === "0",
    tools: { ...Object.fromEntries(tools.map((tool) => [tool, read(tool)])), ...xl.tools },
    systemDocker: read("systemDocker") !== "",
    systemLibvirt: read("systemLibvirt") !== "",
    securityModels: read("secmodels").split("\n").filter(Boolean),
    openvswitch: parseOpenvswitch(read),
  };
}

/** What Xen says of the machine in its control domain, which itself has less of it; empty on any other host. */
function parseXl(text: string): { cpus?: number; memoryMiB?: number; tools: Record<string, string> } {
  const values = Object.fromEntries(
    text.split("\n").map((line) => [line.split(":")[0]?.trim(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const { xen_version: xen, nr_cpus: cpus, total_memory: memory } = values;
  if (!xen || !(Number(cpus) > 0) || !(Number(memory) > 0)) return { tools: {} };
  const { "Library version": dmsetup, device_model: deviceModel } = values;
  const tools = { xen, ...(dmsetup ? { dmsetup } : {}), ...(deviceModel ? { "Xen's QEMU": deviceModel } : {}) };
  return { cpus: Number(cpus), memoryMiB: Number(memory), tools };
}

export function probeHost(host: HostShell = thisMachine): HostFacts {
  try {
    return parseFacts(host.sh(SCRIPT));
  } catch (cause) {
    throw new InfraError(`${host.name} could not be probed: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
}

/** Markers of objects whose `exists` test fails now. */
export function missingObjects(markers: readonly Marker[], host: HostShell = thisMachine): Set<Marker> {
  if (markers.length === 0) return new Set();
  const script = markers.map((m, index) => `( ${m.exists}\n) >/dev/null 2>&1 || echo ${index}`).join("\n");
  const gone = host.sh(`${script}\ntrue\n`).split("\n").filter(Boolean).map(Number);
  return new Set(gone.flatMap((index) => markers[index] ?? []));
}

/**
 * Generation of every object of the stack: what its marker says while it is there, else a new one. An object that
 * changes its generation is replaced by `up`.
 */
export function probeGenerations(
  stack: string,
  host: HostShell = thisMachine,
  now: () => Date = () => new Date(),
): (kind: string, name: string) => string {
  const markers = readMarkers(stack, host);
  const gone = missingObjects(markers, host);
  const made = `made ${now().toISOString()}`;
  return (kind, name) => {
    const marker = markers.find((m) => m.kind === kind && m.name === name);
    // a daemon that died is started again before the program declares anything: it is never made anew
    return marker?.complete && (marker.kind === "daemon" || !gone.has(marker)) ? marker.generation : made;
  };
}
