/**
 * The distribution as it comes: systemd, stock cloud kernel, OpenSSH. One tree serves the bare-metal chroot, the
 * container and the virtual machine, so that all of them run the same binaries.
 */
import { join } from "node:path";
import { defineImage } from "./image.ts";

export const debian = defineImage({
  name: "debian",
  description: "the distribution's own packages with systemd and its cloud kernel",
  recipeDir: join(import.meta.dirname, "debian"),
  // Free space holds the databases that workloads prepare.
  parameters: { FREE_MIB: 640, NON_FREE: 0 },
  architectures: ["amd64", "arm64"],
  files: {
    kernel: "vmlinuz",
    initrd: "initrd.img",
    disk: "disk.raw",
    containerContext: "docker",
    tree: "tree",
  },
  sizeFiles: {
    vm: ["vmlinuz", "initrd.img", "disk.raw"],
    container: ["docker/rootfs.tar"],
    "bare-metal": ["tree"],
  },
  kernelArguments: ["root=/dev/vda", "rw", "net.ifnames=0"],
  access: ["ssh", "exec"],
  tools: ["hackbench", "iperf3", "mariadb", "ping", "static-page", "sysbench"],
  nonFreeTools: ["iozone", "netperf"],
  capabilities: ["fork", "exec", "shell", "application:http", "application:mysql", "bare-metal", "container", "vm"],
  steps: 6,
  needsDiskMiB: 3000,
});
