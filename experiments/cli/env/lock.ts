/** Writes a stack's lock and says what changed in it. */
import {
  diffEnvironments,
  type Environment,
  lockFile,
  readEnvironment,
  readLock,
  writeLock,
} from "../../../infra/environment/index.ts";
import { ConfigError } from "../../../infra/errors.ts";
import { loadStack } from "../../../infra/provision.ts";
import { resultsDir } from "../../../infra/toolchain/paths.ts";
import { findCampaign } from "../../campaign/folder.ts";
import type { LockOptions } from "../env.ts";
import { print, printJson } from "../output.ts";
import { captured } from "./capture.ts";
import { differenceList, shownPath } from "./text.ts";

export async function lock({ stack, from, json }: LockOptions): Promise<void> {
  await loadStack(stack);
  const environment = from === undefined ? await live(stack) : ofCampaign(from, stack);
  const before = previous(stack);
  writeLock(stack, environment);
  const file = shownPath(lockFile(stack));
  if (json) return printJson({ stack, lock: lockFile(stack), ...(before && diffEnvironments(before, environment)) });
  if (before === null) return print(`${file}: written. Keep it in git with the stack.`);
  const { differences, notCompared } = diffEnvironments(before, environment);
  if (differences.length === 0 && notCompared.length === 0) return print(`${file}: nothing changed.`);
  print(`${file}: written.\n${differenceList({ differences, notCompared })}`);
}

async function live(stack: string): Promise<Environment> {
  const environment = await captured(stack);
  if (environment.guests !== null) return environment;
  throw new ConfigError(
    `the stack ${stack} is not up, so its images and guests cannot be seen: run \`guestbench up --stack ${stack}\` first, or lock what a campaign recorded with \`--from latest\``,
  );
}

function ofCampaign(name: string, stack: string): Environment {
  const environment = readEnvironment(findCampaign(resultsDir(), name).environment);
  if (environment.stack === stack) return environment;
  throw new ConfigError(`campaign ${name} was run on stack ${environment.stack}, not on ${stack}`);
}

/** null: none, or one that is not readable any more and is replaced. */
function previous(stack: string): Environment | null {
  try {
    return readLock(stack);
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}
