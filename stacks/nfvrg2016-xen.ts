/**
 * nfvrg2016, Xen: the machine of nfvrg2016-kvm under Xen 4.6.0, with an optimised toolstack and persistent grants. Guests of
 * one purpose, iperf: a whole Debian (standardvm), a trimmed kernel with busybox (tinyx), the unikernel Mini-OS.
 *
 * What differs here, and why:
 * - Mini-OS is declared and skipped: this version has no such image.
 * - Dom0 is in it, which the study does not measure: it shows that the host is reached and what the network gives.
 * - tinyx is made anew, as the study's is not public. Nor is its toolstack: guests are started by the distribution's `xl`, with a
 *   script of three commands in the place of the one that plugs a card in. Persistent grants are the disk's alone, as Linux has
 *   none for the network.
 */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "nfvrg2016: virtual machines and a unikernel under Xen for network functions",
  host: {
    access: { type: "ssh" },
    declared: {
      architecture: "x86_64",
      cpuModel: "Intel Xeon E5-1630 v3 3.7 GHz",
      cpus: 4,
      memoryMiB: 32_768,
      accelerator: "xen",
      kernel: "4.4.1",
      notes: ["Xen 4.6.0 with an optimised toolstack and persistent grants"],
    },
    guestCpus: "1",
    clientCpus: "2",
  },
  networks: { lan: { type: "tap-bridge" } },
  guests: {
    dom0: { platform: "bare-metal", image: "debian" },
    "standardvm.xen": { platform: "xen", image: "debian", address: "198.18.0.11" },
    "tinyx.xen": { platform: "xen", image: "tinyx", address: "198.18.0.12" },
    "minios.xen": { platform: "xen", image: "minios", address: "198.18.0.13", memoryMiB: 32 },
  },
  baseline: "standardvm.xen",
});
