/**
 * Where the template of a kind and size lies: a folder named after everything that must be the same in a copy, which is
 * the image, QEMU with its devices, processors and memory. Other content, other folder: a template is never rebuilt
 * under the copies that use it.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { MANIFEST_FILE } from "../../images/manifest.ts";
import { cacheDir } from "../../toolchain/paths.ts";
import { labPlatforms } from "./kinds.ts";
import { type LabInstance, type LabPaths, labArgv } from "./qemu.ts";

/**
 * Parts of a template. The last is a copy of the image's own, and comes when all the others are there: an image that was
 * built again is another, though its key be the same, and what was made of the former must not be laid over it.
 */
export const TEMPLATE_FILES = { memory: "memory", state: "state", disk: "disk.qcow2", image: MANIFEST_FILE } as const;

type TemplateSize = Pick<LabInstance, "kind" | "cpus" | "memoryMiB">;

const SAME: LabPaths = { console: "console", pidFile: "pid", log: "log", disk: "disk" };

/** The folder's name without what depends on the version of QEMU. */
function templateBase({ kind, cpus, memoryMiB }: TemplateSize, image: string): string {
  const instance: LabInstance = { kind, name: `lab-${kind}`, cpus, memoryMiB, sshPort: 0 };
  const argv = labArgv(instance, SAME, basename(image), { how: "clone", memoryFile: "memory" });
  const key = createHash("sha256").update(argv.join("\0")).digest("hex").slice(0, 16);
  return join(templatesDir(), `${kind}-${key}`);
}

/** Where templates are kept. */
export function templatesDir(): string {
  return join(cacheDir(), "lab-templates");
}

/** Shell test of `$template`: exit 0 where it is complete and made of the image as it is now. */
export function usableTemplate(image: string): string {
  return `cmp -s ${join(image, MANIFEST_FILE)} $template/${TEMPLATE_FILES.image}`;
}

/** Shell that sets `$template` to the folder, whether it is there or not. */
export function templateVariable(size: TemplateSize, image: string): string {
  const { emulator } = labPlatforms[size.kind];
  return `template=${templateBase(size, image)}-$(${emulator} --version | sha256sum | cut -c 1-8)`;
}
