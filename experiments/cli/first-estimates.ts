/** How long steps take on a machine that has not done them yet: rough, and replaced by what was measured. */
import { existsSync, readdirSync } from "node:fs";
import { imagesCacheDir } from "../../infra/toolchain/paths.ts";

const warmMs = { up: 60_000, destroy: 20_000, attest: 2_000, recover: 30_000 };
/** Building every image from nothing, on 2 cores. */
const buildImagesMs = 12 * 60_000;

export function firstEstimateMs(step: keyof typeof warmMs): number {
  const cache = imagesCacheDir();
  const built = existsSync(cache) && readdirSync(cache).length > 0;
  return step === "up" && !built ? buildImagesMs + warmMs.up : warmMs[step];
}
