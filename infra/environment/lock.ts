/** The lock of a stack: the environment that it is meant to run in, a file beside the stack's own, kept in git. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, ParseError } from "../errors.ts";
import { stacksDir } from "../load.ts";
import { type Environment, environmentSchema, renderEnvironment } from "./schema.ts";

/** Of a file beside the stack's own. */
export const lockName = (stack: string) => `${stack}.lock.json`;

export function lockFile(stack: string): string {
  return join(stacksDir(), lockName(stack));
}

/** null: the stack has no lock. */
export function readLock(stack: string): Environment | null {
  const file = lockFile(stack);
  return existsSync(file) ? readEnvironment(file) : null;
}

/** Whole or not at all. */
export function writeLock(stack: string, environment: Environment): void {
  const file = lockFile(stack);
  writeFileSync(`${file}.new`, renderEnvironment(environment));
  renameSync(`${file}.new`, file);
}

/** An environment that was written down, a lock's or a campaign's. */
export function readEnvironment(file: string): Environment {
  try {
    return parseEnvironment(readFileSync(file, "utf8"), file);
  } catch (cause) {
    if (cause instanceof ParseError || cause instanceof ConfigError) throw cause;
    throw new ConfigError(`${file}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** `origin` is named in the ConfigError. */
export function parseEnvironment(text: string, origin: string): Environment {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${origin}: not JSON: ${(cause as Error).message}`, { cause });
  }
  const result = environmentSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${[origin, ...path].join(": ")}: ${message}`);
  throw new ConfigError(problems, { cause: result.error });
}
