/**
 * acharya2018 on ARMv8: KVM and the containers of Docker and rkt. The study found that unikernels lack stable support there;
 * Rumprun and OSv are declared all the same, so that a plan and a report say so; files for ARMv8 would be taken.
 *
 * What differs here, and why:
 * - The public parts of the study name no machine, versions or sizes. Four CPUs and 8 GB are those of acharya2018-x86. A guest
 *   has one CPU and 1 GiB, as in the other studies.
 * - rkt is declared and skipped: this version cannot run it.
 */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "acharya2018: KVM and containers on ARMv8, and unikernels that lack support there",
  host: {
    access: { type: "ssh" },
    declared: { architecture: "arm64", cpus: 4, memoryMiB: 8192, accelerator: "kvm" },
    guestCpus: "1",
    clientCpus: "2",
  },
  networks: { bridge: { type: "tap-bridge" } },
  guests: {
    kvm: { platform: "kvm", image: "debian", network: "bridge", address: "198.18.0.10" },
    docker: { platform: "docker", image: "debian", network: "bridge", address: "198.18.0.11" },
    rkt: { platform: "rkt", image: "debian", network: "bridge", address: "198.18.0.12" },
    rumprun: { platform: "kvm", image: "rumprun", network: "bridge", address: "198.18.0.13" },
    osv: { platform: "kvm", image: "osv", network: "bridge", address: "198.18.0.14" },
  },
  baseline: "kvm",
});
