/**
 * A bare-metal host with Xen, emulated by QEMU on this machine: its control domain is measured like bare metal, its guests
 * are paravirtualized (PV) or in hardware without a device model (PVH). Functional only.
 */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "an emulated x86-64 host with Xen",
  host: { access: { type: "emulated", lab: "xen", sshPort: 22_102 }, guestCpus: "1", clientCpus: "0" },
  networks: { lan: { type: "tap-bridge" } },
  // the control domain has 768 MiB of the emulated host's 3 GiB
  guests: {
    dom0: { platform: "bare-metal", image: "debian", memoryMiB: 512 },
    "standardvm.xen": { platform: "xen", image: "debian", address: "198.18.0.11", memoryMiB: 512 },
    "tinyx.xen": { platform: "xen", image: "tinyx", address: "198.18.0.12", type: "pvh", memoryMiB: 128 },
    "tinyx.pv": { platform: "xen", image: "tinyx", address: "198.18.0.13", memoryMiB: 128 },
  },
});
