/** Puts given artefacts together as an image's folder. */
import { copyFileSync, existsSync, linkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InfraError } from "../../errors.ts";
import { artefactsCacheDir } from "../../toolchain/paths.ts";
import type { ImageRecipe } from "../image.ts";
import { FACTS_FILE } from "../manifest.ts";

export function placeGiven(recipe: ImageRecipe, given: NonNullable<ImageRecipe["given"]>, out: string): void {
  for (const { role, sha256 } of given.files) {
    const source = join(artefactsCacheDir(), sha256);
    if (!existsSync(source))
      throw new InfraError(`the ${role} of the image ${recipe.name} is no longer in ${artefactsCacheDir()}`);
    try {
      linkSync(source, join(out, role));
    } catch {
      copyFileSync(source, join(out, role));
    }
  }
  const { type, version } = given.fields;
  writeFileSync(join(out, FACTS_FILE), `kernel\t${type}\t${version}\n`);
}
