/**
 * acharya2018 on x86: KVM, the containers of Docker and rkt, the unikernels Rumprun and OSv; workloads on CPU, memory, disk and
 * network. The study blames KVM's network figures on the Linux tap bridge, and lifts them with a user-space switch: VOSYSwitch,
 * or Open vSwitch with DPDK.
 *
 * What differs here, and why:
 * - The public parts of the study name no machine, versions or sizes. Four CPUs are one each for the guest, the load generator,
 *   the polling thread of a user-space switch, and the host; 8 GB hold what they need. A guest has one CPU and 1 GiB, as in the
 *   other studies.
 * - `kvm` is on the tap bridge that the study blames, `kvm.ovs-dpdk` and `kvm.vosyswitch` on the switches in its stead.
 *   VOSYSwitch is proprietary: its guest is skipped until the stack says where the program is.
 * - rkt is declared and skipped: this version cannot run it. Both unikernels are skipped until `images` names their files:
 *   UNIKERNELS.md says which.
 */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "acharya2018: KVM, containers and unikernels on x86-64",
  host: {
    access: { type: "ssh" },
    declared: { architecture: "x86_64", cpus: 4, memoryMiB: 8192, accelerator: "kvm" },
    guestCpus: "1",
    clientCpus: "2",
  },
  networks: { bridge: { type: "tap-bridge" }, "ovs-dpdk": { type: "ovs-dpdk" }, vosyswitch: { type: "vosyswitch" } },
  guests: {
    kvm: { platform: "kvm", image: "debian", network: "bridge", address: "198.18.0.10" },
    "kvm.ovs-dpdk": { platform: "kvm", image: "debian", network: "ovs-dpdk", address: "198.18.2.10" },
    "kvm.vosyswitch": { platform: "kvm", image: "debian", network: "vosyswitch", address: "198.18.3.10" },
    docker: { platform: "docker", image: "debian", network: "bridge", address: "198.18.0.11" },
    rkt: { platform: "rkt", image: "debian", network: "bridge", address: "198.18.0.12" },
    rumprun: { platform: "kvm", image: "rumprun", network: "bridge", address: "198.18.0.13" },
    osv: { platform: "kvm", image: "osv", network: "bridge", address: "198.18.0.14" },
  },
  baseline: "kvm",
});
