/** A bare-metal host with KVM, emulated by QEMU on this machine: the whole pipeline without hardware, functional only. */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "an emulated x86-64 host with KVM",
  host: {
    access: { type: "emulated", lab: "kvm", sshPort: 22_101 },
    guestCpus: "1",
    clientCpus: "0",
    // what a testbed of metal would set; an emulated processor has no frequency to govern
    settings: {
      governor: "performance",
      turbo: false,
      transparentHugePages: { enabled: "never" },
      numaBalancing: false,
      ksm: false,
      swappiness: 0,
      aslr: "off",
      bridgeNetfilter: false,
      bestEffort: ["governor", "turbo", "numaBalancing"],
    },
  },
  networks: {
    lan: {
      type: "tap-bridge",
      bridge: "gbr0",
      subnet: "198.18.0.0/24",
      hostAddress: "198.18.0.1",
      clientAddress: "198.18.0.2",
    },
    dpdk: { type: "ovs-dpdk", socketMemoryMiB: 256 },
  },
  guests: {
    "tinyx.kvm": { platform: "kvm", image: "tinyx", network: "lan", address: "198.18.0.12", vhost: true },
    "tinyx.dpdk": { platform: "kvm", image: "tinyx", network: "dpdk", address: "198.18.2.12" },
  },
});
