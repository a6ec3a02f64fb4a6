/**
 * nfvrg2016, KVM and the container: Xeon E5-1630 v3 (4 cores, 3.7 GHz), 32 GB, Linux 4.4.1, Docker 1.11. Guests of one purpose,
 * iperf: a whole Debian (standardvm), a trimmed kernel with busybox (tinyx), the unikernel OSv, a container. The study makes
 * KVM's tap before the guest boots, and so does this stack. Memory is what `top` shows, so it is not on huge pages.
 *
 * What differs here, and why:
 * - OSv is skipped until `images` names its files: UNIKERNELS.md says which.
 * - tinyx is made anew, as the study's is not public; the images hold Debian 12 and its kernel's source.
 * - What floods the guest from outside sits in a namespace on a CPU of its own; the study does not say where its was.
 * - Whether the study turned hyper-threading or vhost on is not published: four CPUs, and vhost off.
 */
import { defineStack } from "../infra/stack.ts";

export default defineStack({
  description: "nfvrg2016: virtual machines under KVM, a unikernel and a container for network functions",
  host: {
    access: { type: "ssh" },
    declared: {
      architecture: "x86_64",
      cpuModel: "Intel Xeon E5-1630 v3 3.7 GHz",
      cpus: 4,
      memoryMiB: 32_768,
      accelerator: "kvm",
      kernel: "4.4.1",
      notes: ["Docker 1.11", "the tap of a virtual machine is made before it boots"],
    },
    guestCpus: "1",
    clientCpus: "2",
  },
  networks: { lan: { type: "tap-bridge" } },
  guests: {
    container: { platform: "docker", image: "debian", address: "198.18.0.10" },
    "standardvm.kvm": {
      platform: "kvm",
      image: "debian",
      address: "198.18.0.11",
      preCreatedTap: true,
      hugePages: "none",
    },
    "tinyx.kvm": { platform: "kvm", image: "tinyx", address: "198.18.0.12", preCreatedTap: true, hugePages: "none" },
    "osv.kvm": { platform: "kvm", image: "osv", address: "198.18.0.13", preCreatedTap: true, hugePages: "none" },
  },
  baseline: "standardvm.kvm",
});
