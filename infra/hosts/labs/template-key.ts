/**
 * Where the template of a kind and size lies: a folder named after everything that must be the same in a copy, which is
 * the image, QEMU with its devices, processors and memory. Other content, other folder: a template is never rebuilt
 * under the copies that use it.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { cacheDir } from "../../toolchain/paths.ts";
import { labPlatforms } from "./kinds.ts";
import { type LabInstance, type LabPaths, labArgv } from "./qemu.ts";

/** Parts of a template; `complete` is there once all the others are. */
export const TEMPLATE_FILES = {
  memory: "memory",
  state: "state",
  disk: "disk.qcow2",
  complete: "template.json",
} as const;

type TemplateSize = Pick<LabInstance, "kind" | "cpus" | "memoryMiB">;

const SAME: LabPaths = { console: "console", pidFile: "pid", log: "log", disk: "disk" };

/** The folder's name without what depends on the version of QEMU. */
function templateBase({ kind, cpus, memoryMiB }: TemplateSize, image: string): string {
  const instance: LabInstance = { kind, name: `lab-${kind}`, cpus, memoryMiB, sshPort: 0 };
  const argv = labArgv(instance, SAME, basename(image), { how: "clone", memoryFile: "memory" });
  const key = createHash("sha256").update(argv.join("\0")).digest("hex").slice(0, 16);
  return join(cacheDir(), "lab-templates", `${kind}-${key}`);
}

/** Shell that sets `$template` to the folder, whether it is there or not. */
export function templateVariable(size: TemplateSize, image: string): string {
  const { emulator } = labPlatforms[size.kind];
  return `template=${templateBase(size, image)}-$(${emulator} --version | sha256sum | cut -c 1-8)`;
}
