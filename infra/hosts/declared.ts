/**
 * What a stack says its host is, as the study describes its testbed: enough to plan without asking the host. What the
 * declaration leaves open is taken to be there; only the host itself knows better (`guestbench doctor --stack`).
 */
import { z } from "zod";
import type { Accelerator } from "./accelerator.ts";
import type { HostFacts } from "./probe.ts";

export const declaredSchema = z
  .strictObject({
    architecture: z
      .enum(["x86_64", "arm64", "armv7"])
      .describe("instruction set; an ARMv7 host can be declared, and every guest of it is refused with the reason"),
    cpuModel: z
      .string()
      .min(1)
      .optional()
      .describe("name of the CPU; left out where no machine is named: the sizes are then the least that will do"),
    cpus: z.number().int().min(1).max(4096).describe("CPUs that Linux counts on the host"),
    memoryMiB: z.number().int().min(128).max(67_108_864).describe("memory of the host, in MiB"),
    accelerator: z
      .enum(["kvm", "xen", "none"])
      .describe("what executes virtual machines: Linux's KVM, Xen below a control domain, or nothing in hardware"),
    os: z.string().optional().describe("distribution of the host, as published"),
    kernel: z.string().optional().describe("release of the host's kernel, as published"),
    notes: z
      .array(z.string().min(1))
      .default([])
      .describe("what else is published of the testbed: tool stacks with versions, network, settings"),
  })
  .describe("what the host is, so that `plan` works where the host cannot be asked");

export type DeclaredHost = z.output<typeof declaredSchema>;
export type DeclaredArchitecture = DeclaredHost["architecture"];

/** What people call an architecture. */
export const architectureNames: Readonly<Record<DeclaredArchitecture, string>> = {
  x86_64: "x86-64",
  arm64: "ARMv8",
  armv7: "ARMv7",
};

const PACKAGED = "as packaged";

/** Pure: the facts that the probe of such a host is taken to give. */
export function declaredFacts(stack: string, declared: DeclaredHost): HostFacts {
  const { architecture, cpuModel = "CPU", cpus, memoryMiB } = declared;
  return {
    hostname: stack,
    // no platform is asked about an ARMv7 host: every guest of it is refused before
    architecture: architecture === "x86_64" ? "x86_64" : "arm64",
    kernel: declared.kernel ?? "",
    os: declared.os ?? "",
    cpuModel,
    cpus,
    memoryMiB,
    virtualized: declared.accelerator === "xen" ? "xen" : null,
    vhostNet: true,
    hugetlbfs: null,
    hugePageSizes: ["2MiB", "1GiB"],
    cgroup: "v2",
    root: true,
    tools: {
      qemu: PACKAGED,
      libvirt: PACKAGED,
      docker: PACKAGED,
      iperf3: PACKAGED,
      ping: PACKAGED,
      tcpdump: PACKAGED,
      ethtool: PACKAGED,
      ...(declared.accelerator === "xen" ? { xen: PACKAGED, dmsetup: PACKAGED, "Xen's QEMU": PACKAGED } : {}),
    },
    systemDocker: false,
    systemLibvirt: false,
    securityModels: [],
    openvswitch: {
      version: PACKAGED,
      kernelDatapath: true,
      dpdkProgram: "ovs-vswitchd",
      dpdkDrivers: true,
      system: null,
    },
  };
}

/** Pure: what the accelerator probe is taken to give. */
export function declaredAccelerator({ accelerator }: DeclaredHost): Accelerator {
  if (accelerator === "kvm") return { name: "kvm", reason: "declared: KVM boots guests on this host" };
  return {
    name: "tcg",
    reason: accelerator === "xen" ? "declared: Xen leaves the control domain no KVM" : "declared: no virtualization",
  };
}
