/**
 * raho2015, Xen: the board of raho2015-kvm under Xen 4.5.1. The study measures both the control domain (Dom0) and a guest
 * (DomU), each with one CPU and 1 GB, Linux 4.1.2 and Debian 8.1, DomU by a tap in a bridge.
 *
 * What differs here, and why:
 * - Nothing of it runs: the images are made for x86-64 and ARMv8 alone.
 * - Dom0 is bare metal on a host that Xen runs below: its single CPU and 1 GB are Xen's to give when the host boots
 *   (`dom0_mem=1G,max:1G dom0_max_vcpus=1`).
 * - The images hold Debian 12 and its kernel; the other end of network workloads is a namespace in Dom0.
 */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "raho2015: Xen's Dom0 and DomU on an ARMv7 board",
  host: {
    access: { type: "ssh" },
    declared: {
      architecture: "armv7",
      cpuModel: "ARM Cortex-A15 1.7 GHz (Samsung Exynos 5250)",
      cpus: 2,
      memoryMiB: 2048,
      accelerator: "xen",
      os: "Debian 8.1",
      kernel: "4.1.2",
      notes: ["Xen 4.5.1", "external SSD, 100 Mb/s Ethernet to a second machine"],
    },
    guestCpus: "1",
    clientCpus: "0",
    require: { xenCommandLine: { contains: ["dom0_mem=1G,max:1G", "dom0_max_vcpus=1"] } },
  },
  networks: { lan: { type: "tap-bridge" } },
  guests: {
    dom0: { platform: "bare-metal", image: "debian" },
    domu: { platform: "xen", image: "debian", address: "198.18.0.11" },
  },
  baseline: "dom0",
});
