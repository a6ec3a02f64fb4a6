/** Finds and checks the stack files. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readConfig, withAccess } from "./config.ts";
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

/**
 * Reads and checks stacks/<name>.ts, with what `pulumi config set` says of its host; throws a ConfigError that names
 * every problem with its file and field.
 */
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
  const config = await readConfig(stacksDir(), name);
  const problems = [...config.problems];
  const input = withAccess(name, module.default, config, (problem) => problems.push(problem));
  const stack = parsed(name, input, problems);
  if (stack === null || problems.length > 0) throw new ConfigError(problems);
  return stack;
}

function parsed(name: string, input: unknown, problems: string[]): Stack | null {
  try {
    return parseStack(name, input);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}
