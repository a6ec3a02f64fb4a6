/**
 * `node infra/images/build.ts NAME`: makes sure the image is in the cache and prints its manifest as one line of JSON;
 * everything else goes to stderr. Exit code 2 and one line for what the user can put right, 1 otherwise.
 */
import { ConfigError } from "../errors.ts";
import { buildImage } from "./builder.ts";
import type { ImageRecipe } from "./image.ts";
import { images } from "./index.ts";

async function main(argv: readonly string[]): Promise<number> {
  const [name = "", ...rest] = argv;
  const recipe = (images as Record<string, ImageRecipe>)[name];
  try {
    if (!recipe || rest.length > 0) {
      throw new ConfigError(`usage: build.ts NAME, where NAME is one of ${Object.keys(images).join(", ")}`);
    }
    const manifest = await buildImage(recipe, { onProgress: (line) => console.error(line) });
    console.log(JSON.stringify(manifest));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof ConfigError ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
