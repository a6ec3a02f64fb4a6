/**
 * A campaign from up to report: up → measure → destroy → attest → report, each recorded in the campaign's journal.
 * What was made is taken down however the steps before ended.
 */
import { randomBytes } from "node:crypto";
import { ConfigError } from "../../infra/errors.ts";
import type { Outputs } from "../../infra/outputs.ts";
import type { Estimates } from "../campaign/estimates.ts";
import {
  type CampaignFolder,
  createFolder,
  environmentHash,
  newCampaignId,
  pointLatest,
  readCampaign,
  readEnvironment,
  writeCampaign,
  writeEnvironment,
  writeTeardown,
} from "../campaign/folder.ts";
import type { Plan } from "../campaign/plan.ts";
import type { Campaign, Environment, Teardown } from "../campaign/results.ts";
import { assertSameDefinition, assertSameEnvironment } from "../campaign/resume.ts";
import { CampaignLog } from "./campaign-log.ts";
import { explain } from "./fail.ts";
import type { Progress, StepReport } from "./progress.ts";
import { Interrupted } from "./signals.ts";

type News = (news: StepReport) => void;

/** What the command brings: the testbed's steps and the measuring, as functions over plain data. */
export interface Services {
  up(news: News, signal: AbortSignal): Promise<Outputs>;
  environment(outputs: Outputs): Promise<Environment>;
  /** The plan with what is really there. */
  replan(outputs: Outputs): Plan;
  measure(
    campaign: Campaign,
    folder: CampaignFolder,
    outputs: Outputs,
    news: News,
    signal: AbortSignal,
  ): Promise<"complete" | "interrupted">;
  /** Where this machine has none recorded yet. */
  firstEstimateMs(step: TimedStep): number;
  measureEstimateMs(campaign: Campaign): number;
  destroy(news: News): Promise<void>;
  attest(): Promise<Teardown>;
  progress: Progress;
  estimates: Estimates;
  now(): number;
}

export interface CampaignRequest {
  stack: { name: string; baseline: string | null };
  seed: string | null;
  budgetMs: number | null;
  /** Sizes were cut for a functional pass. */
  quick?: boolean;
  keep: boolean;
  resultsDir: string;
  toolVersion: string;
  resume: CampaignFolder | null;
  signal: AbortSignal;
  /** Told as soon as the campaign has a name, before anything is written; what it throws ends the campaign there. */
  onNamed?(id: string): Promise<void>;
}

export interface CampaignEnd {
  folder: CampaignFolder;
  outcome: "complete" | "interrupted" | "failed";
  /** null: the campaign ended before it had a plan. */
  campaign: Campaign | null;
  teardown: Teardown | null;
  /** In the order they happened; the first ended the campaign. */
  errors: unknown[];
}

/** Steps of the life cycle that are timed; measuring has its own forecast. */
type TimedStep = "up" | "destroy" | "attest";

export async function runCampaign(request: CampaignRequest, services: Services): Promise<CampaignEnd> {
  const { stack, signal } = request;
  const id = request.resume?.id ?? newCampaignId(stack.name, new Date(services.now()));
  await request.onNamed?.(id);
  const folder = request.resume ?? createFolder(request.resultsDir, id);
  const log = CampaignLog.open(folder, services.now, request.resume !== null);
  const errors: unknown[] = [];
  const end: CampaignEnd = { folder, outcome: "failed", campaign: null, teardown: null, errors };

  const step = async <T>(name: TimedStep, title: string, body: (news: News) => Promise<T>) => {
    const key = `${stack.name}/${name}`;
    const estimateMs = services.estimates.get(key) ?? services.firstEstimateMs(name);
    const timed = () => services.progress.step(title, estimateMs, body);
    return log.step(name, timed, (durationMs) => services.estimates.remember(key, durationMs));
  };
  const guarded = async (body: () => Promise<void>) => {
    try {
      await body();
    } catch (error) {
      errors.push(error);
    }
  };

  await guarded(async () => {
    log.begin(process.pid);
    const outputs = await step("up", `Provision ${stack.name}`, (news) => services.up(news, signal));
    signal.throwIfAborted();
    const campaign = await describe(request, services, folder, outputs);
    end.campaign = campaign;
    const estimateMs = services.measureEstimateMs(campaign);
    end.outcome = await services.progress.step("Measure", estimateMs, (news) =>
      services.measure(campaign, folder, outputs, news, signal),
    );
  });
  if (signal.aborted) end.outcome = signal.reason instanceof Interrupted ? "interrupted" : "failed";
  if (signal.aborted && !errors.includes(signal.reason)) errors.push(signal.reason);
  if (!request.keep) {
    await guarded(() => step("destroy", `Destroy ${stack.name}`, services.destroy));
    await guarded(async () => {
      const teardown = await step("attest", "Compare the host with what it was before", () => services.attest());
      end.teardown = teardown;
      writeTeardown(folder, teardown);
    });
  }
  if (errors.length > 0 && end.outcome === "complete") end.outcome = "failed";
  const told = errors
    .filter((error) => !(error instanceof Interrupted))
    .map((e) => (e instanceof Error ? explain(e) : `${e}`));
  await guarded(async () => log.finish(end.outcome, told.length === 0 ? null : told.join("\n")));
  services.estimates.save();
  return end;
}

/** Writes campaign.json and environment.json, or checks that a resumed campaign's still hold. */
async function describe(
  request: CampaignRequest,
  services: Services,
  folder: CampaignFolder,
  outputs: Outputs,
): Promise<Campaign> {
  const environment = await services.environment(outputs);
  const plan = services.replan(outputs);
  const definition = {
    stack: request.stack.name,
    baseline: request.stack.baseline ?? bareMetalIn(outputs),
    guests: campaignGuests(outputs),
    cells: plan.cells,
  };
  if (request.resume !== null) {
    const campaign = readCampaign(request.resume);
    if (campaign === null) throw new ConfigError(`campaign ${request.resume.id} has no plan yet: start a new one`);
    assertSameDefinition(campaign, definition);
    assertSameEnvironment(campaign, readEnvironment(request.resume), environment);
    return campaign;
  }
  if (plan.cells.length === 0) throw new ConfigError("no guest of the provisioned stack can run any of these specs");
  const campaign: Campaign = {
    schemaVersion: 1,
    id: folder.id,
    createdAt: new Date(services.now()).toISOString(),
    ...definition,
    specs: plan.specs.map(({ name, title, study, figure, method }) => ({ name, title, study, figure, method })),
    seed: request.seed ?? randomBytes(6).toString("hex"),
    ...plan.stopRule,
    budgetMs: request.budgetMs,
    environmentHash: environmentHash(environment),
    skipped: plan.skipped,
    toolVersion: request.toolVersion,
    ...(request.quick ? { quick: true } : {}),
  };
  writeEnvironment(folder, environment);
  writeCampaign(folder, campaign);
  pointLatest(request.resultsDir, folder.id);
  return campaign;
}

/** A stack that names no baseline is compared with its bare-metal guest, where it has one. */
function bareMetalIn(outputs: Outputs): string | null {
  const guests = Object.values(outputs.guests);
  return guests.find((guest) => guest.capabilities.includes("bare-metal"))?.name ?? null;
}

function campaignGuests(outputs: Outputs): Campaign["guests"] {
  return Object.fromEntries(
    Object.entries(outputs.guests).map(([name, handle]) => {
      const { platform, image, network, architecture, vcpus, memoryMiB, accelerator, functionalOnly, settings } =
        handle;
      const fields = {
        platform,
        image,
        network,
        architecture,
        vcpus,
        memoryMiB,
        accelerator,
        functionalOnly,
        settings,
      };
      return [name, fields];
    }),
  );
}
