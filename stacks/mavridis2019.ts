/**
 * mavridis2019: Core i3-6100 (2 cores with 2 threads each, 3.7 GHz), 8 GB, SSD, Ubuntu 16.04.3, QEMU 2.5.0, Docker 18.09. One
 * container image on bare metal, in a virtual machine without and with virtio, and in LinuxKit; OSv, Rumprun, IncludeOS and
 * MirageOS, all four built by UniK, the last two on Solo5's hvt. Every container and machine has one CPU and 1 GB; machines are
 * on a bridged tap, the container on Docker's default bridge. A second machine on 100 Mb/s Ethernet is the client.
 *
 * What differs here, and why:
 * - The container on bare metal can run. LinuxKit, OSv and Rumprun are skipped until `images` names their files: UNIKERNELS.md
 *   says which. This version has neither guests that start a container, nor Alpine, nor Solo5's hvt: they are declared and
 *   skipped.
 * - `container.vm` has emulated devices in the study (network and disk without virtio); no field here says so yet.
 * - The container image holds Debian 12, and is plugged into the testbed's bridge.
 * - The client is a namespace on the host's other core: figures that the study's 100 Mb/s Ethernet limits will be higher.
 */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "mavridis2019: one server in containers, virtual machines, LinuxKit and unikernels",
  host: {
    access: { type: "ssh" },
    declared: {
      architecture: "x86_64",
      cpuModel: "Intel Core i3-6100 3.7 GHz",
      cpus: 4,
      memoryMiB: 8192,
      accelerator: "kvm",
      os: "Ubuntu 16.04.3",
      notes: [
        "QEMU 2.5.0, Docker 18.09, Alpine 3.9.0, LinuxKit 0.6, UniK",
        "OSv 0.52.0, Rumprun of January 2019, IncludeOS 0.14.0, MirageOS 3.4.0",
        "240 GB SSD, 100 Mb/s Ethernet to a second machine, the client",
      ],
    },
    guestCpus: "1",
    clientCpus: "0",
  },
  networks: { lan: { type: "tap-bridge" } },
  guests: {
    "container.bare-metal": { platform: "docker", image: "debian", address: "198.18.0.10" },
    "container.vm": { platform: "kvm", image: "alpine-docker", address: "198.18.0.11", hugePages: "none" },
    "container.vm-virtio": { platform: "kvm", image: "alpine-docker", address: "198.18.0.12", hugePages: "none" },
    linuxkit: { platform: "kvm", image: "linuxkit", address: "198.18.0.13", hugePages: "none" },
    osv: { platform: "kvm", image: "osv", address: "198.18.0.14", hugePages: "none" },
    rumprun: { platform: "kvm", image: "rumprun", address: "198.18.0.15", hugePages: "none" },
    includeos: { platform: "solo5-hvt", image: "includeos", address: "198.18.0.16" },
    mirageos: { platform: "solo5-hvt", image: "mirageos", address: "198.18.0.17" },
  },
  baseline: "container.bare-metal",
});
