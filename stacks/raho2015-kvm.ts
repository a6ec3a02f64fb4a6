/**
 * raho2015, KVM and Docker: an Arndale board (Exynos 5250, two Cortex-A15 at 1.7 GHz, 2 GB, external SSD, 100 Mb/s
 * Ethernet) with Linux 4.1.2 and Debian 8.1 on the host and in every guest, QEMU 2.3.5, Docker 1.6.2. Every system has one
 * CPU and 1 GB. KVM: 2 MB huge pages, virtio for network and disk, no vhost, a tap in a bridge; the caches are left on.
 *
 * What differs here, and why:
 * - Nothing of it runs: Linux has had no KVM on ARMv7 since 5.7, and the images are made for x86-64 and ARMv8 alone. The
 *   stack says what was measured; a stack of your own with an ARMv8 host is the nearest there is today.
 * - The images hold Debian 12 and its kernel.
 * - The container is plugged into the testbed's bridge; the study's was behind NAT.
 * - The other end of network workloads is a namespace on the host; the study's was a second machine.
 */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "raho2015: bare metal, KVM and Docker on an ARMv7 board",
  host: {
    access: { type: "ssh" },
    declared: {
      architecture: "armv7",
      cpuModel: "ARM Cortex-A15 1.7 GHz (Samsung Exynos 5250)",
      cpus: 2,
      memoryMiB: 2048,
      accelerator: "kvm",
      os: "Debian 8.1",
      kernel: "4.1.2",
      notes: ["QEMU 2.3.5, Docker 1.6.2", "external SSD, 100 Mb/s Ethernet to a second machine"],
    },
    guestCpus: "1",
    clientCpus: "0",
  },
  networks: { lan: { type: "tap-bridge" } },
  guests: {
    host: { platform: "bare-metal", image: "debian" },
    docker: { platform: "docker", image: "debian", address: "198.18.0.10" },
    kvm: {
      platform: "kvm",
      image: "debian",
      address: "198.18.0.11",
      hugePages: "2MiB",
      vhost: false,
      diskCache: "writeback",
    },
  },
  baseline: "host",
});
