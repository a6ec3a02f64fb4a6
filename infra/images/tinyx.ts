/**
 * A virtual machine trimmed to one purpose, after the studies' Tinyx, which was never published: a kernel from
 * tinyconfig of the distribution's source, and an initramfs with busybox, dropbear and the workload tools.
 */
import { join } from "node:path";
import { defineImage } from "./image.ts";

export const tinyx = defineImage({
  name: "tinyx",
  description: "a trimmed kernel and one small initramfs, booted from memory",
  recipeDir: join(import.meta.dirname, "tinyx"),
  parameters: { MAX_KIB: 6144 },
  architectures: ["amd64", "arm64"],
  files: { kernel: "vmlinuz", initrd: "initramfs.img" },
  sizeFiles: { vm: ["vmlinuz", "initramfs.img"] },
  kernelArguments: [],
  access: ["ssh"],
  // Not `-f`: the machine would go without closing the connection, and the ssh that asked for it would hang.
  tools: ["hackbench", "iperf3", "ping", "static-page"],
  capabilities: ["fork", "exec", "shell", "application:http", "vm"],
  steps: 6,
  needsDiskMiB: 3500,
});
