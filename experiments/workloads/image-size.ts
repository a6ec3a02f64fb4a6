/** Size of what boots: kernel, initramfs, disk or container image, as apparent size. Nothing is booted for it. */
import { stat } from "node:fs/promises";
import { z } from "zod";
import { WorkloadError } from "../../infra/errors.ts";
import { round } from "./lib/number.ts";
import { defineWorkload } from "./workload.ts";

const bytesPerMB = 1e6;

export default defineWorkload({
  name: "image-size",
  title: "Image size",
  metric: "image size",
  unit: "MB",
  direction: "lower",
  stage: "static",
  bootProfile: "standard",
  needs: ["power"],
  parameters: z.strictObject({}),
  label: () => "image size",
  estimateMs: () => 10,
  async run({ guest, saveRaw }) {
    const { imageFiles } = guest;
    if (imageFiles.length === 0) throw new WorkloadError(`guest ${guest.name} lists no image files`);
    const found = await Promise.all(imageFiles.map(async (file) => ({ ...file, bytesNow: await sizeNow(file.path) })));
    await saveRaw("image-size.json", `${JSON.stringify(found, null, 2)}\n`);
    const changed = found.filter(({ bytes, bytesNow }) => bytesNow !== null && bytesNow !== bytes);
    const metadata = {
      ...partsOf(imageFiles),
      ...Object.fromEntries(changed.map(({ path, bytesNow }) => [`bytes now: ${path}`, bytesNow])),
    };
    return [{ metric: "image size", value: totalMB(imageFiles), unit: "MB", metadata }];
  },
});

type ImageFile = { path: string; role: string; bytes: number };

function totalMB(files: readonly ImageFile[]): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes === 0) throw new WorkloadError(`image files are empty: ${files.map((file) => file.path).join(", ")}`);
  return round(bytes / bytesPerMB);
}

/** Megabytes per role; several files of one role are added up. */
function partsOf(files: readonly ImageFile[]): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const { role, bytes } of files) parts[`${role} MB`] = round((parts[`${role} MB`] ?? 0) + bytes / bytesPerMB);
  return parts;
}

/** Apparent size; null where the path names no file, as with a container image. */
async function sizeNow(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}
