/**
 * What an emulated host will say of itself, known before it runs: plan and preview need it. A test holds it against
 * the probe of a host that was really booted.
 */
import type { Accelerator } from "../accelerator.ts";
import type { HostFacts } from "../probe.ts";
import type { LabKind } from "./kinds.ts";

/** Versions that Debian 12 has; the image's manifest knows the exact ones once it is built. */
const TOOLS = {
  qemu: "7.2.22",
  libvirt: "9.0.0",
  docker: "20.10.24+dfsg1",
  iperf3: "3.12",
  ping: "20221126",
  tcpdump: "4.99.3",
  ethtool: "6.1",
  openvswitch: "3.1.0",
};

const COMMON = {
  os: "Debian GNU/Linux 12 (bookworm)",
  cgroup: "v2",
  root: true,
  tools: TOOLS,
  systemDocker: false,
  systemLibvirt: false,
  securityModels: [],
  openvswitch: {
    version: "3.1.0",
    kernelDatapath: true,
    dpdkProgram: "/usr/sbin/ovs-vswitchd",
    dpdkDrivers: true,
    system: null,
  },
} as const;

/** On a host with Xen alone. */
const XEN_TOOLS = { xen: "4.17.7", dmsetup: "1.02.185 (2022-05-18)", "Xen's QEMU": "installed" };

type OfKind = "architecture" | "kernel" | "cpuModel" | "virtualized" | "vhostNet" | "hugetlbfs" | "hugePageSizes";
type KindFacts = Pick<HostFacts, OfKind>;

const KINDS: Readonly<Record<LabKind, KindFacts>> = {
  kvm: {
    architecture: "x86_64",
    kernel: "6.1.0-56-cloud-amd64",
    cpuModel: "QEMU TCG CPU version 2.5+",
    virtualized: "QEMU",
    vhostNet: true,
    hugetlbfs: "/dev/hugepages",
    hugePageSizes: ["2MiB", "1GiB"],
  },
  xen: {
    architecture: "x86_64",
    kernel: "6.1.0-56-amd64",
    cpuModel: "QEMU TCG CPU version 2.5+",
    virtualized: "xen",
    vhostNet: false,
    hugetlbfs: null,
    hugePageSizes: [],
  },
  arm64: {
    architecture: "arm64",
    kernel: "6.1.0-56-cloud-arm64",
    cpuModel: "aarch64",
    virtualized: null,
    vhostNet: true,
    hugetlbfs: "/dev/hugepages",
    hugePageSizes: ["2MiB", "1GiB"],
  },
};

/** The kernel keeps a share for its page descriptors, some for itself, and a bounce buffer where memory passes 4 GiB. */
function usableMiB(kind: LabKind, memoryMiB: number): number {
  // Xen tells what the machine has, less the first megabyte's holes
  if (kind === "xen") return memoryMiB - 1;
  const bounceMiB = kind === "kvm" && memoryMiB >= 3584 ? 64 : 0;
  return Math.round(memoryMiB - 30 - memoryMiB * 0.0186 - bounceMiB);
}

export interface LabSize {
  /** Host name. */
  readonly name?: string;
  readonly cpus: number;
  readonly memoryMiB: number;
}

export interface AssumedFacts {
  readonly facts: HostFacts;
  readonly accelerator: Accelerator;
}

export function assumedFacts(kind: LabKind, { name = `lab-${kind}`, cpus, memoryMiB }: LabSize): AssumedFacts {
  const facts: HostFacts = {
    hostname: name,
    ...COMMON,
    ...KINDS[kind],
    cpus,
    memoryMiB: usableMiB(kind, memoryMiB),
    hugePageSizes: [...KINDS[kind].hugePageSizes],
    tools: { ...COMMON.tools, ...(kind === "xen" ? XEN_TOOLS : {}) },
    securityModels: [],
    openvswitch: { ...COMMON.openvswitch },
  };
  const accelerator: Accelerator =
    kind === "xen"
      ? { name: "tcg", reason: "the emulated host runs Xen, which leaves no /dev/kvm" }
      : { name: "kvm", reason: "an emulated host of this kind boots guests under KVM" };
  return { facts, accelerator };
}
