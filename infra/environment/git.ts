/** Locks as they were: `REVISION:STACK` in the repository that the stacks are kept in. */
import { execFileSync } from "node:child_process";
import { ConfigError } from "../errors.ts";
import { stacksDir } from "../load.ts";
import { unknownName } from "../nearest.ts";
import { lockName, parseEnvironment } from "./lock.ts";
import type { Environment } from "./schema.ts";

/** null: git refuses. */
function git(dir: string, ...args: string[]): string | null {
  try {
    const argv = ["-C", dir, ...args];
    return execFileSync("git", argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 26 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new ConfigError("git is not installed");
    return null;
  }
}

/** Throws a ConfigError for a revision that does not exist, or that has no such lock. */
export function lockAt(revision: string, stack: string, dir: string = stacksDir()): Environment {
  if (git(dir, "rev-parse", "--git-dir") === null)
    throw new ConfigError(`${dir} is in no git repository, so there is no revision "${revision}" of it`);
  const commit = git(dir, "rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`)?.trim();
  if (!commit) throw new ConfigError(`git knows no revision "${revision}"`);
  const text = git(dir, "show", `${commit}:./${lockName(stack)}`);
  if (text !== null) return parseEnvironment(text, `${lockName(stack)} of ${revision}`);
  const names = git(dir, "ls-tree", "--name-only", commit, "./") ?? "";
  const ending = lockName("");
  const locks = names
    .split("\n")
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
  throw new ConfigError(`${unknownName("lock", stack, locks)} in revision ${revision}`);
}
