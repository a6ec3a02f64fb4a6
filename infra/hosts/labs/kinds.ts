/** The kinds of emulated bare-metal hosts: what tells them apart before anything is built or started. */
import type { Architecture } from "../../images/image.ts";

export const labKinds = ["kvm", "xen", "arm64"] as const;
export type LabKind = (typeof labKinds)[number];

export interface LabPlatform {
  readonly description: string;
  readonly architecture: Architecture;
  /** The emulator on the machine that runs the lab. */
  readonly emulator: string;
  /** Console that the host's kernel writes to. */
  readonly console: string;
  /** Debian packages that a machine needs to build the image and to run it. */
  readonly packages: readonly string[];
}

const build = ["e2fsprogs", "qemu-utils", "kmod", "cpio", "xz-utils", "lz4", "zstd", "iproute2", "openssh-client"];

export const labPlatforms: Readonly<Record<LabKind, LabPlatform>> = {
  kvm: {
    description: "an x86-64 host with KVM",
    architecture: "amd64",
    emulator: "qemu-system-x86_64",
    console: "ttyS0",
    packages: [...build, "qemu-system-x86"],
  },
  xen: {
    description: "an x86-64 host whose hypervisor is Xen, reached in its control domain",
    architecture: "amd64",
    emulator: "qemu-system-x86_64",
    console: "hvc0",
    packages: [...build, "qemu-system-x86"],
  },
  arm64: {
    description: "an ARMv8 host with KVM",
    architecture: "arm64",
    emulator: "qemu-system-aarch64",
    console: "ttyAMA0",
    packages: [...build, "qemu-system-arm"],
  },
};
