/** What `env diff` is given: a stack, a campaign, a file or a lock in git, tried in this order. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Environment, knownOutputs, lockAt, readEnvironment, readLock } from "../../../infra/environment/index.ts";
import { ConfigError } from "../../../infra/errors.ts";
import { unknownName } from "../../../infra/nearest.ts";
import { environment, listStacks, loadStack } from "../../../infra/provision.ts";
import { resultsDir } from "../../../infra/toolchain/paths.ts";
import { findCampaign, listCampaigns } from "../../campaign/folder.ts";

export interface Operand {
  /** What it is, for the heading. */
  title: string;
  environment: Environment;
}

/** Throws a ConfigError that names the nearest of what there is. */
export async function resolveOperand(text: string): Promise<Operand> {
  if (listStacks().includes(text)) return ofStack(text);
  const campaigns = listCampaigns(resultsDir());
  if (text === "latest" || campaigns.includes(text)) return campaign(text);
  const file = fileOf(text);
  if (file !== null) return { title: text, environment: readEnvironment(file) };
  const [, revision, stack] = /^(.+):([^:/]+)$/.exec(text) ?? [];
  if (revision !== undefined && stack !== undefined)
    return { title: `${stack} locked at ${revision}`, environment: lockAt(revision, stack) };
  const names = [...listStacks(), ...(campaigns.length > 0 ? ["latest", ...campaigns.slice(-20)] : [])];
  throw new ConfigError(unknownName("stack, campaign, lock file or revision", text, names));
}

/** The file itself, or that of a campaign's folder. */
function fileOf(text: string): string | null {
  if (!existsSync(text)) return null;
  if (!statSync(text).isDirectory()) return text;
  const inside = join(text, "environment.json");
  return existsSync(inside) ? inside : null;
}

function campaign(name: string): Operand {
  const folder = findCampaign(resultsDir(), name);
  if (!existsSync(folder.environment))
    throw new ConfigError(`campaign ${folder.id} ended before its environment was written down`);
  return { title: `campaign ${folder.id}`, environment: readEnvironment(folder.environment) };
}

/** As it is while it is up, else as it is locked. */
async function ofStack(stack: string): Promise<Operand> {
  await loadStack(stack);
  const outputs = await knownOutputs(stack);
  if (outputs !== null) return { title: `${stack} as it is now`, environment: await environment(stack, outputs) };
  const locked = readLock(stack);
  if (locked !== null) return { title: `${stack} as locked`, environment: locked };
  throw new ConfigError(
    `the stack ${stack} is neither up nor locked: \`guestbench up --stack ${stack}\`, or name one of its campaigns`,
  );
}
