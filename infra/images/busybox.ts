/**
 * The smallest guest that needs nothing but the distribution's packages, of either architecture: its cloud kernel, and an
 * initramfs of unpacked programs around busybox. Nothing is compiled and nothing of it runs while it is built, so a
 * machine builds it for a host of another architecture in seconds.
 */
import { join } from "node:path";
import { defineImage } from "./image.ts";

export const busybox = defineImage({
  name: "busybox",
  description: "the distribution's cloud kernel and one initramfs of its own packages, booted from memory",
  recipeDir: join(import.meta.dirname, "busybox"),
  parameters: { MAX_KIB: 12_288 },
  architectures: ["amd64", "arm64"],
  cross: true,
  files: { kernel: "vmlinuz", initrd: "initramfs.img" },
  sizeFiles: { vm: ["vmlinuz", "initramfs.img"] },
  kernelArguments: ["quiet"],
  access: ["ssh"],
  tools: ["hackbench", "iperf3", "ping"],
  capabilities: ["fork", "exec", "shell", "vm"],
  steps: 3,
  needsDiskMiB: 600,
});
