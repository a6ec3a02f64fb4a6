/**
 * `node infra/images/build.ts NAME [--architecture amd64|arm64] [--non-free]`: makes sure the image is in the cache, for this machine's
 * architecture or for another's, and prints its manifest as one line of JSON; everything else goes to stderr. Exit code 2 and one line for what the user can put right, 1 otherwise.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { buildImage } from "./builder.ts";
import { givenImageOf, givenRecipe } from "./given/index.ts";
import { architectureSchema, hostArchitecture, type ImageRecipe, recipeFor, withNonFree } from "./image.ts";
import { images } from "./index.ts";

const argumentsSchema = z.strictObject({
  positionals: z.tuple([z.string()]),
  values: z.strictObject({
    architecture: architectureSchema.optional(),
    given: z.boolean().default(false),
    "non-free": z.boolean().default(false),
  }),
});

function readRecipe(argv: string[]): ImageRecipe {
  const usage = `usage: build.ts NAME [--architecture ${architectureSchema.options.join("|")}] [--non-free], where NAME is one of ${Object.keys(images).join(", ")}`;
  const { positionals, values } = parse(argv, usage);
  const recipe = values.given ? fromEnvironment(positionals[0]) : images[positionals[0]];
  if (!recipe) throw new ConfigError(usage);
  return recipeFor(values["non-free"] ? withNonFree(recipe) : recipe, values.architecture ?? hostArchitecture());
}

/** An image that the user gives: what the stack says of it, as JSON in GIVEN. */
function fromEnvironment(name: string): ImageRecipe | undefined {
  const fields: unknown = JSON.parse(process.env.GIVEN ?? "{}");
  const { type } = z.looseObject({ type: z.string() }).parse(fields);
  const driver = givenImageOf(type);
  return driver ? givenRecipe(name, driver.schema.parse(fields)) : undefined;
}

function parse(argv: string[], usage: string): z.output<typeof argumentsSchema> {
  try {
    const options = {
      architecture: { type: "string" },
      given: { type: "boolean" },
      "non-free": { type: "boolean" },
    } as const;
    return argumentsSchema.parse(parseArgs({ args: argv, allowPositionals: true, options }));
  } catch (cause) {
    throw new ConfigError(usage, { cause });
  }
}

async function main(argv: string[]): Promise<number> {
  try {
    const manifest = await buildImage(readRecipe(argv), { onProgress: (line) => console.error(line) });
    console.log(JSON.stringify(manifest));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof ConfigError ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
