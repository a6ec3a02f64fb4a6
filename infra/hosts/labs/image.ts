/** The images of the emulated hosts: built like the guests' images, for the emulated architecture. */
import { join } from "node:path";
import { defineImage, type ImageRecipe } from "../../images/image.ts";
import { type LabKind, labPlatforms } from "./kinds.ts";

/** Apparent size of the root file system; the image holds only what is used. */
const DISK_GIB = 16;

export function labImage(kind: LabKind): ImageRecipe {
  const { description, architecture } = labPlatforms[kind];
  return defineImage({
    name: `lab-${kind}`,
    description,
    recipeDir: join(import.meta.dirname, "recipe"),
    parameters: { KIND: kind, DISK_GIB },
    architectures: ["amd64", "arm64"],
    target: architecture,
    files: { kernel: "vmlinux", initrd: "initrd.img", disk: "disk.qcow2" },
    sizeFiles: {},
    kernelArguments: [],
    access: ["ssh"],
    tools: [],
    capabilities: ["shell"],
    steps: 5,
    needsDiskMiB: 4000,
  });
}
