/** What up, destroy and recover do once they run. */
import { ConfigError } from "../../infra/errors.ts";
import * as provision from "../../infra/provision.ts";
import { localDir, resultsDir } from "../../infra/toolchain/paths.ts";
import { leftoversIn, type Teardown } from "../campaign/results.ts";
import { closeCampaigns } from "./close-campaigns.ts";
import { leftoversOf, meanwhileOf } from "./conclude.ts";
import { exitCodes } from "./fail.ts";
import { breakLock, deadHolder } from "./lock.ts";
import type { HoldOptions, StackOptions } from "./options.ts";
import { count, print, printJson, warn } from "./output.ts";
import { assertRoot } from "./root.ts";
import { Interrupted } from "./signals.ts";
import { engineNews, stackStep } from "./testbed-steps.ts";

type Options = StackOptions & HoldOptions;

export async function provisionStack({ stack, json, wait = false }: Options): Promise<number> {
  const declared = await provision.loadStack(stack);
  provision.checkAccess(declared);
  assertRoot("up");
  for (const note of provision.hostNotes(declared)) warn(`note: ${note}`);
  const step = { command: "up", title: `Provision ${stack}`, stack, json, wait } as const;
  let begun = false;
  try {
    const { result } = await stackStep(step, (news, signal) => {
      begun = true;
      return provision.up(stack, { onProgress: engineNews(news), signal });
    });
    if (json) printJson(result.changes);
    else print(`${summary(result.changes)}. Take it down with \`guestbench destroy --stack ${stack}\`.`);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof ConfigError || !begun) throw error;
    if (!(error instanceof Interrupted)) {
      warn(`What was made so far is still there: \`guestbench destroy --stack ${stack}\` takes it down.`);
      throw error;
    }
    const code = await destroyStack({ stack, wait: true, ...(json ? { json } : {}) });
    return code === exitCodes.leftovers ? code : error.exitCode;
  }
}

export async function destroyStack({ stack, json, wait = false }: Options): Promise<number> {
  await provision.loadStack(stack);
  assertRoot("destroy");
  const step = { command: "destroy", title: `Destroy ${stack}`, stack, json, wait } as const;
  const { result, interruptedCode } = await stackStep(step, async (news, _, lease) => {
    const { changes } = await provision.destroy(stack, { onProgress: engineNews(news) });
    return { changes, teardown: await provision.attest(stack, { lease }) };
  });
  if (json) printJson({ changes: result.changes, ...evidence(result.teardown) });
  else print(`${summary(result.changes)}. ${attested(result.teardown)}`);
  const code = endCode(result.teardown, stack);
  return code === exitCodes.leftovers ? code : (interruptedCode ?? code);
}

export async function recoverStack({ stack, json, wait = false }: Options): Promise<number> {
  await provision.loadStack(stack);
  assertRoot("recover");
  deadHolder(localDir(), stack);
  const common = { command: "recover", title: `Recover ${stack}`, stack, json, wait } as const;
  const { result, interruptedCode } = await stackStep({ ...common, withoutLock: true }, async (news, signal, lease) => {
    const { actions } = await provision.recover(stack, { onProgress: engineNews(news), signal });
    return { actions, teardown: await provision.attest(stack, { lease }) };
  });
  const campaigns = closeCampaigns(resultsDir(), stack, result.teardown);
  if (leftoversIn(result.teardown).length === 0) breakLock(localDir(), stack);
  const { actions, teardown } = result;
  if (json) printJson({ actions, campaigns, ...evidence(teardown) });
  else {
    for (const action of actions) print(`  ${action}`);
    for (const id of campaigns)
      print(`  campaign ${id}: finished samples kept; \`guestbench run --resume ${id}\` goes on`);
    print(attested(teardown));
  }
  return interruptedCode ?? endCode(teardown, stack);
}

function endCode(teardown: Teardown, stack: string): number {
  const meanwhile = meanwhileOf(teardown);
  if (meanwhile !== null) warn(meanwhile);
  if (teardown.clean) {
    for (const note of teardown.notes) warn(note);
    return exitCodes.ok;
  }
  warn(leftoversOf(teardown, stack));
  return exitCodes.leftovers;
}

function evidence({ clean, compared, checks, touched, notes }: Teardown) {
  return { clean, compared, checks, touched, notes };
}

function attested({ clean, checks, touched }: Teardown): string {
  if (!clean) return "The host could not be attested to be as it was:";
  const gone = touched.length === 0 ? "" : `, ${count(touched.length, "object or setting", "objects or settings")}`;
  return `Nothing is left on the host (${count(checks.length, "check")}${gone}).`;
}

function summary(changes: Record<string, number>): string {
  const parts = Object.entries(changes).map(([operation, n]) => `${n} ${operation}`);
  return parts.length === 0 ? "Nothing to do" : `Resources: ${parts.join(", ")}`;
}
