/** This machine: bare metal, a container and two virtual machines on one tap bridge. 1 vCPU and 1 GiB each, as in the studies. */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "this machine",
  host: { guestCpus: "1", clientCpus: "0" },
  networks: {
    lan: {
      type: "tap-bridge",
      bridge: "gbr0",
      subnet: "198.18.0.0/24",
      hostAddress: "198.18.0.1",
      clientAddress: "198.18.0.2",
    },
  },
  guests: {
    host: { platform: "bare-metal", image: "debian" },
    docker: { platform: "docker", image: "debian", address: "198.18.0.10" },
    "standardvm.kvm": { platform: "kvm", image: "debian", address: "198.18.0.11" },
    "tinyx.kvm": { platform: "kvm", image: "tinyx", address: "198.18.0.12" },
  },
  baseline: "host",
});
