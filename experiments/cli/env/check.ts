/** Compares a stack's environment with its lock: by itself, and before and after `up` of a campaign. */
import {
  diffEnvironments,
  type Environment,
  type EnvironmentDiff,
  groups,
  lockFile,
  readLock,
  sentences,
} from "../../../infra/environment/index.ts";
import { ConfigError } from "../../../infra/errors.ts";
import { environment, hasHost, loadStack } from "../../../infra/provision.ts";
import type { CheckOptions } from "../env.ts";
import { exitCodes } from "../fail.ts";
import { print, printJson, warn } from "../output.ts";
import { captured } from "./capture.ts";
import { differenceList, shownPath } from "./text.ts";

export async function check({ stack, json, strict }: CheckOptions): Promise<number> {
  await loadStack(stack);
  const locked = readLock(stack);
  const file = shownPath(lockFile(stack));
  if (locked === null) {
    if (json) printJson({ stack, lock: null, differences: [], notCompared: [] });
    else print(`${stack} has no lock: with the stack up, \`guestbench env lock --stack ${stack}\` writes ${file}.`);
    return exitCodes.ok;
  }
  if (!(await hasHost(stack))) {
    if (json) printJson({ stack, lock: lockFile(stack), differences: [], notCompared: groups });
    else print(`The host of ${stack} is made by \`up\`: there is nothing to compare with ${file} yet.`);
    return exitCodes.ok;
  }
  const found = diffEnvironments(locked, await captured(stack));
  if (json) printJson({ stack, lock: lockFile(stack), ...found });
  else if (found.differences.length > 0) print(`Not as in ${file}:\n${differenceList(found)}`);
  else print(differenceList(found, `As in ${file}.`));
  return strict && found.differences.length > 0 ? exitCodes.input : exitCodes.ok;
}

export interface LockGuard {
  /** Before anything is touched: the host alone. */
  beforeUp(): Promise<void>;
  /** The whole of it; returns what it was given. */
  afterUp(environment: Environment): Environment;
}

const LISTED = 12;

/** For a campaign: lists where the environment is not as locked; throws a ConfigError instead where that is asked for. */
export function lockGuard(stack: string, strict: boolean): LockGuard {
  const locked = readLock(stack);
  const file = shownPath(lockFile(stack));
  let listed = "";
  const judge = (found: EnvironmentDiff) => {
    if (found.differences.length === 0) return;
    const lines = sentences(found, LISTED);
    if (strict) throw new ConfigError([`refused by --strict: the environment is not as in ${file}`, ...lines]);
    // what was said before up is not said again
    if (lines.join("\n") !== listed) warn(`Not as in ${file}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
    listed = lines.join("\n");
  };
  if (locked === null) {
    if (strict) warn(`${stack} has no lock, so --strict has nothing to compare with: see \`guestbench env lock\`.`);
    return { beforeUp: async () => {}, afterUp: (now) => now };
  }
  return {
    beforeUp: async () => {
      if (await hasHost(stack)) judge(diffEnvironments(locked, await environment(stack, null)));
    },
    afterUp: (now) => {
      judge(diffEnvironments(locked, now));
      return now;
    },
  };
}
