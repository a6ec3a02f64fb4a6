/** Finds and checks the stack files. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError } from "./errors.ts";
import { unknownName } from "./nearest.ts";
import { parseStack, type Stack } from "./stack.ts";
import { projectDir } from "./toolchain/paths.ts";

/** Folder of the stack files and their locks. */
export const stacksDir = () => process.env.GUESTBENCH_STACKS ?? join(projectDir(), "stacks");

export function listStacks(): string[] {
  return readdirSync(stacksDir())
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3))
    .sort();
}

/** Reads and checks stacks/<name>.ts; throws a ConfigError that names every problem with its field. */
export async function loadStack(name: string): Promise<Stack> {
  const file = join(stacksDir(), `${name}.ts`);
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || !existsSync(file)) {
    throw new ConfigError(unknownName("stack", name, listStacks()));
  }
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new ConfigError(`stacks/${name}.ts: cannot be loaded: ${(cause as Error).message}`, { cause });
  }
  if (module.default === undefined)
    throw new ConfigError(`stacks/${name}.ts: expected \`export default defineStack({ … })\``);
  return parseStack(name, module.default);
}
