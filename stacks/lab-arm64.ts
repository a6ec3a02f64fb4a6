/** A bare-metal ARMv8 host with KVM, emulated by QEMU on this machine, whatever that is: functional only. */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "an emulated ARMv8 host with KVM",
  host: {
    access: { type: "emulated", lab: "arm64", sshPort: 22_103 },
    guestCpus: "1",
    clientCpus: "0",
  },
  networks: { lan: { type: "tap-bridge" } },
  guests: {
    "busybox.kvm": { platform: "kvm", image: "busybox", address: "198.18.0.14", memoryMiB: 512, vhost: true },
  },
});
