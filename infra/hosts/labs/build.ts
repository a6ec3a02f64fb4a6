/**
 * `node infra/hosts/labs/build.ts KIND [--cpus N] [--memory MiB] [--no-template]`: makes sure that the image of that kind
 * of emulated host is in the cache, and a template of that size to copy hosts from, and prints the image's manifest as
 * one line of JSON; everything else goes to stderr. Exit code 2 for what the user can put right, 1 otherwise.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { ConfigError } from "../../errors.ts";
import { buildImage } from "../../images/builder.ts";
import { labImage } from "./image.ts";
import { labKinds } from "./kinds.ts";
import { LAB_DEFAULTS } from "./lab.ts";
import { ensureTemplate } from "./template.ts";

const USAGE = `usage: build.ts KIND [--cpus N] [--memory MiB] [--no-template], where KIND is one of ${labKinds.join(", ")}`;

const argumentsSchema = z.strictObject({
  kind: z.enum(labKinds),
  cpus: z.coerce.number().int().min(1).max(64).default(LAB_DEFAULTS.cpus),
  memory: z.coerce.number().int().min(1024).default(LAB_DEFAULTS.memoryMiB),
  "no-template": z.boolean().default(false),
});

function readArguments(argv: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { cpus: { type: "string" }, memory: { type: "string" }, "no-template": { type: "boolean" } },
    });
    if (positionals.length !== 1) throw new Error("exactly one kind is built at a time");
    return argumentsSchema.parse({ kind: positionals[0], ...values });
  } catch (cause) {
    throw new ConfigError(USAGE, { cause });
  }
}

async function main(argv: string[]): Promise<number> {
  const progress = (line: string) => console.error(line);
  try {
    const { kind, cpus, memory, "no-template": imageOnly } = readArguments(argv);
    const manifest = await buildImage(labImage(kind), { onProgress: progress });
    const size = { kind, cpus, memoryMiB: memory };
    if (!imageOnly) await ensureTemplate(size, manifest.dir, progress);
    console.log(JSON.stringify(manifest));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof ConfigError ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
