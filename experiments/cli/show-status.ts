/** The state of a stack's latest campaign, for people and for programs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { localDir, resultsDir } from "../../infra/toolchain/paths.ts";
import { Estimates } from "../campaign/estimates.ts";
import { type CampaignFolder, folderAt, listCampaigns, readCampaign, stackOfCampaign } from "../campaign/folder.ts";
import { readJournal } from "../campaign/journal.ts";
import { CampaignState } from "../campaign/state.ts";
import { type CampaignStatus, statusOf } from "../campaign/status.ts";
import { findWorkload } from "../workloads/index.ts";
import { type Holder, isAlive, readHolder } from "./lock.ts";
import type { StackOptions } from "./options.ts";
import { about, columns, count, duration, print, printJson } from "./output.ts";

export interface Places {
  localDir: string;
  resultsDir: string;
}

export interface StackStatus {
  stack: string;
  /** The command that holds the stack, or held it when it was killed. */
  command: (Holder & { alive: boolean }) | null;
  /** The command's campaign, else the stack's latest. */
  campaign: CampaignStatus | Provisioning | null;
}

export function showStatus({ stack, json }: StackOptions): void {
  const status = statusOfStack(stack, { localDir: localDir(), resultsDir: resultsDir() });
  if (json) printJson(status);
  else {
    print(commandLine(stack, status.command));
    print(status.campaign === null ? "no campaign yet" : describe(status.campaign));
  }
}

export function statusOfStack(stack: string, places: Places): StackStatus {
  const holder = readHolder(places.localDir, stack);
  const command = holder === null ? null : { ...holder, alive: isAlive(holder) };
  const own = listCampaigns(places.resultsDir).filter((id) => stackOfCampaign(id) === stack);
  const id = holder?.campaign ?? own.at(-1);
  if (id === undefined) return { stack, command, campaign: null };
  const alive = command?.campaign === id && command.alive;
  return { stack, command, campaign: lookAt(folderAt(join(places.resultsDir, id)), alive, places) };
}

/** While the stack is provisioned a campaign has a journal, but no plan yet. */
function lookAt(folder: CampaignFolder, alive: boolean, places: Places): CampaignStatus | Provisioning | null {
  if (!existsSync(folder.journal)) return null;
  const estimates = new Estimates(join(places.localDir, "estimates.json"));
  const { events } = readJournal(folder.journal);
  const campaign = readCampaign(folder);
  if (campaign !== null) {
    const look = { alive, now: Date.now(), findWorkload, estimates };
    return statusOf(campaign, new CampaignState(campaign, events), look);
  }
  const step = events.findLast((event) => event.event === "step.started");
  const finished = events.findLast((event) => event.event === "campaign.finished");
  const sinceMs = Date.now() - Date.parse(step?.at ?? new Date().toISOString());
  const estimateMs = estimates.get(`${stackOfCampaign(folder.id)}/${step?.step}`);
  return {
    campaign: folder.id,
    state: finished?.event === "campaign.finished" ? finished.outcome : alive ? "running" : "dead",
    step: step?.step ?? null,
    elapsedMs: sinceMs,
    remainingMs: estimateMs === null ? null : Math.max(0, estimateMs - sinceMs),
    error: finished?.error ?? null,
  };
}

interface Provisioning {
  campaign: string;
  state: CampaignStatus["state"];
  step: string | null;
  elapsedMs: number;
  remainingMs: number | null;
  error: string | null;
}

function commandLine(stack: string, command: (Holder & { alive: boolean }) | null): string {
  if (command === null) return `stack ${stack}: nothing is running`;
  if (command.alive) return `stack ${stack}: \`${command.command}\` is running, process ${command.pid}`;
  return `stack ${stack}: \`${command.command}\` was killed; run \`guestbench recover --stack ${stack}\``;
}

function describe(status: CampaignStatus | Provisioning): string {
  const rows = [
    ["campaign", status.campaign],
    ["state", status.state + (status.state === "running" && status.step !== null ? `: ${status.step}` : "")],
  ];
  if ("runsDone" in status) {
    if (status.now !== null) rows.push(["now", status.now]);
    rows.push([
      "runs",
      `${status.runsDone} of at least ${status.runsPlanned}; ${count(status.runFailures, "failure")}`,
    ]);
    rows.push(["boots", `${status.boots}; ${count(status.bootFailures, "failure")}`]);
    rows.push(["cells", `${status.cellsDone} of ${status.cells} done`]);
  }
  const left = status.remainingMs === null || status.state !== "running" ? "" : `, ${about(status.remainingMs)} left`;
  rows.push(["elapsed", `${duration(status.elapsedMs)}${left}`]);
  if (status.error !== null) rows.push(["error", status.error]);
  return columns(rows, "  ");
}
