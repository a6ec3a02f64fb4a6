/** A bare-metal host with Xen, emulated by QEMU on this machine: its control domain is measured like bare metal. Functional only. */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "an emulated x86-64 host with Xen",
  host: { access: { type: "emulated", lab: "xen", sshPort: 22_102 }, guestCpus: "1", clientCpus: "0" },
  networks: { lan: { type: "tap-bridge" } },
  // as much as the control domain of the emulated host can spare
  guests: { dom0: { platform: "bare-metal", image: "debian", memoryMiB: 512 } },
});
