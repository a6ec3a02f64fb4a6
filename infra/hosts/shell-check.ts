/** For tests: whether /bin/sh can read a script, without running it. */
import { spawnSync } from "node:child_process";

/** What `sh -n` complains about; empty where it does not. */
export function shellProblems(script: string): string {
  return spawnSync("/bin/sh", ["-n"], { input: script, encoding: "utf8" }).stderr;
}
