/**
 * `node infra/hosts/labs/build.ts KIND`: makes sure the image of that kind of emulated host is in the cache and prints
 * its manifest as one line of JSON; everything else goes to stderr. Exit code 2 for what the user can put right.
 */
import { ConfigError } from "../../errors.ts";
import { buildImage } from "../../images/builder.ts";
import { labImage } from "./image.ts";
import { type LabKind, labKinds } from "./kinds.ts";

async function main(argv: readonly string[]): Promise<number> {
  const [kind, ...rest] = argv;
  try {
    if (!labKinds.includes(kind as LabKind) || rest.length > 0) {
      throw new ConfigError(`usage: build.ts KIND, where KIND is one of ${labKinds.join(", ")}`);
    }
    const manifest = await buildImage(labImage(kind as LabKind), { onProgress: (line) => console.error(line) });
    console.log(JSON.stringify(manifest));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof ConfigError ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
