/** Runs specs on a stack, new or resumed, with the real testbed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../infra/errors.ts";
import { unknownName } from "../../infra/nearest.ts";
import type { Outputs } from "../../infra/outputs.ts";
import * as provision from "../../infra/provision.ts";
import { localDir, projectDir, resultsDir } from "../../infra/toolchain/paths.ts";
import { systemClock } from "../campaign/engine.ts";
import { blocksOf, Estimates, forecast } from "../campaign/estimates.ts";
import { type CampaignFolder, findCampaign, readCampaign } from "../campaign/folder.ts";
import { readJournal } from "../campaign/journal.ts";
import { guestsOf, planCells } from "../campaign/plan.ts";
import type { Campaign } from "../campaign/results.ts";
import { assertResumable, differences } from "../campaign/resume.ts";
import { CampaignState } from "../campaign/state.ts";
import type { StopRule } from "../campaign/stop.ts";
import { withTwin } from "../campaign/twin.ts";
import { findWorkload } from "../workloads/index.ts";
import { conclude } from "./conclude.ts";
import { type LockGuard, lockGuard } from "./env/check.ts";
import { firstEstimateMs } from "./first-estimates.ts";
import { type HeldHost, holdHost } from "./hold-host.ts";
import { type CampaignRequest, runCampaign, type Services } from "./lifecycle.ts";
import { acquireStack } from "./lock.ts";
import { measure } from "./measure.ts";
import { warn } from "./output.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { chooseProgress } from "./progress.ts";
import type { RunOptions } from "./run.ts";
import { watchSignals } from "./signals.ts";
import { engineNews } from "./testbed-steps.ts";

/** What an A/A campaign measures twice; null: the stack's baseline. */
export interface Twice {
  guest: string | null;
}

export async function runSpecs(specs: readonly string[], options: RunOptions, twice?: Twice): Promise<number> {
  const resumed = options.resume === undefined ? null : resumedCampaign(options.resume, specs, options);
  const stackName = resumed?.campaign.stack ?? options.stack;
  const stopRule: Partial<StopRule> = resumed?.campaign ?? {
    ...(options.minBoots === undefined ? {} : { minBoots: options.minBoots }),
    ...(options.maxBoots === undefined ? {} : { maxBoots: options.maxBoots }),
  };
  const names = resumed?.campaign.specs.map((spec) => spec.name) ?? specs;
  const quick = resumed?.campaign.quick ?? options.quick ?? false;
  const request = { command: "run", needsRoot: true, stack: stackName, specs: names, stopRule, quick };
  const prepared = await prepare(request);
  if (resumed) assertSameCells(resumed.campaign, prepared);
  const twin = twice ? measuredTwice(prepared, twice.guest) : null;
  for (const note of provision.hostNotes(prepared.stack)) warn(`note: ${note}`);
  const guard = lockGuard(stackName, options.strict ?? false);
  await guard.beforeUp();

  const watch = watchSignals(stackName);
  const lost = new AbortController();
  let host = null as HeldHost | null;
  let release = () => {};
  try {
    const progress = chooseProgress(options);
    const estimates = new Estimates(join(localDir(), "estimates.json"));
    const campaignRequest: CampaignRequest = {
      stack: { name: stackName, baseline: twin ?? prepared.stack.baseline ?? null },
      seed: options.seed ?? null,
      budgetMs: options.budget ?? null,
      quick,
      keep: options.keep ?? false,
      resultsDir: resultsDir(),
      toolVersion: toolVersion(),
      resume: resumed?.folder ?? null,
      signal: AbortSignal.any([watch.signal, lost.signal]),
      onNamed: async (id) => {
        release = acquireStack(localDir(), stackName, "guestbench run", id);
        const hold = { stack: stackName, command: "run", campaign: id, wait: options.wait ?? false };
        host = await holdHost({ ...hold, progress, signal: watch.signal });
        host.lost.addEventListener("abort", () => lost.abort(host?.lost.reason));
      },
    };
    const attest = () => provision.attest(stackName, host ? { lease: host.lease } : {});
    const services = realServices(stackName, prepared, stopRule, progress, estimates, guard, attest, twin);
    const end = await runCampaign(campaignRequest, services);
    const { report, noiseReport } = await import("../../analysis/index.ts");
    const common = { end, stack: stackName, keep: campaignRequest.keep, json: options.json ?? false };
    return await conclude({
      ...common,
      interrupted: watch.interrupted(),
      progress,
      report: twin ? noiseReport : report,
    });
  } finally {
    host?.release();
    release();
    watch.close();
  }
}

function realServices(
  stack: string,
  prepared: Prepared,
  stopRule: Partial<StopRule>,
  progress: Services["progress"],
  estimates: Estimates,
  guard: LockGuard,
  attest: Services["attest"],
  twin: string | null,
): Services {
  let made: Outputs | null = null;
  return {
    up: async (news, signal) => {
      made = (await provision.up(stack, { onProgress: engineNews(news), signal })).outputs;
      return twin === null ? made : withTwin(made, twin);
    },
    // of the stack as it is made, which a second name of a guest does not change
    environment: async (outputs) => guard.afterUp(await provision.environment(stack, made ?? outputs)),
    replan: (outputs) => planCells(prepared.plan.specs, guestsOf(outputs), findWorkload, stopRule),
    measure: (campaign, folder, outputs, news, signal) => measure(campaign, folder, outputs, estimates, news, signal),
    firstEstimateMs,
    measureEstimateMs: ({ cells, minBoots, budgetMs }) => {
      const blocks = blocksOf(cells, minBoots);
      const { durationMs } = forecast(blocks, stack, prepared.alwaysOn, findWorkload, estimates);
      return Math.min(durationMs, budgetMs ?? Number.POSITIVE_INFINITY);
    },
    destroy: async (news) => void (await provision.destroy(stack, { onProgress: engineNews(news) })),
    attest,
    progress,
    estimates,
    now: () => systemClock.now(),
  };
}

/** The guest of an A/A campaign, which has to be one of the stack's. */
function measuredTwice({ stack }: Prepared, wanted: string | null): string {
  const names = Object.keys(stack.guests);
  const guest = wanted ?? stack.baseline;
  if (guest === undefined) throw new ConfigError(`which guest? e.g. --guest ${names[0]} (the stack names no baseline)`);
  if (!names.includes(guest)) throw new ConfigError(unknownName("guest", guest, names));
  return guest;
}

interface Resumed {
  folder: CampaignFolder;
  campaign: Campaign;
}

/** A campaign brings its own stack, specs, seed and rule: nothing of that can be given anew. */
function resumedCampaign(name: string, specs: readonly string[], options: RunOptions): Resumed {
  const folder = findCampaign(resultsDir(), name);
  const campaign = readCampaign(folder);
  if (campaign === null)
    throw new ConfigError(
      `campaign ${folder.id} ended before it had a plan: there is nothing to resume, start a new one`,
    );
  assertResumable(campaign, new CampaignState(campaign, readJournal(folder.journal).events));
  const fixed = ["seed", "minBoots", "maxBoots", "budget", "quick"] as const;
  const given = fixed.filter((key) => options[key] !== undefined);
  if (specs.length > 0 || given.length > 0)
    throw new ConfigError("--resume keeps the campaign's specs, sizes, seed, boots and budget: leave them out");
  return { folder, campaign };
}

/** A first look, before anything is provisioned; the outputs have the last word. */
function assertSameCells(campaign: Campaign, { plan }: Prepared): void {
  const ids = (cells: readonly { id: string }[]) => Object.fromEntries(cells.map((cell) => [cell.id, true]));
  const changed = differences(ids(campaign.cells), ids(plan.cells));
  if (changed.length > 0)
    throw new ConfigError([`campaign ${campaign.id} cannot be resumed: its plan is not what it was`, ...changed]);
}

function toolVersion(): string {
  return String(JSON.parse(readFileSync(join(projectDir(), "package.json"), "utf8")).version);
}
