/** What a campaign is doing, read from its files by anybody, in any terminal. */
import type { Workload } from "../workloads/workload.ts";
import { type Estimates, forecast } from "./estimates.ts";
import type { Campaign, Cell } from "./results.ts";
import type { CampaignState } from "./state.ts";

export interface CampaignStatus {
  campaign: string;
  stack: string;
  /** dead: it neither finished nor has a living process. */
  state: "running" | "complete" | "interrupted" | "failed" | "dead";
  pid: number | null;
  step: string | null;
  /** What runs now, e.g. `iperf3 Tx on tinyx.kvm`. */
  now: string | null;
  block: number | null;
  runsDone: number;
  /** At least so many runs: the minimum of boots; more where intervals stay wide. */
  runsPlanned: number;
  boots: number;
  bootFailures: number;
  runFailures: number;
  cellsDone: number;
  cells: number;
  elapsedMs: number;
  remainingMs: number | null;
  error: string | null;
}

interface Look {
  alive: boolean;
  now: number;
  findWorkload(name: string): Workload;
  estimates: Pick<Estimates, "get">;
}

export function statusOf(campaign: Campaign, state: CampaignState, look: Look): CampaignStatus {
  const finished = state.outcome !== null;
  const running = !finished && look.alive;
  const runsDone = sum(campaign.cells, (cell) => state.finishedRuns(cell.id));
  const missing = new Map(campaign.cells.map((cell) => [cell.id, runsMissing(campaign, state, cell)]));
  return {
    campaign: campaign.id,
    stack: campaign.stack,
    state: finished ? (state.outcome ?? "failed") : running ? "running" : "dead",
    pid: running ? state.pid : null,
    step: running ? (state.currentStep?.step ?? null) : null,
    now: running ? nowOf(campaign, state) : null,
    block: state.blocks.size > 0 ? Math.max(...state.blocks.keys()) : null,
    runsDone,
    runsPlanned: runsDone + sum(campaign.cells, (cell) => missing.get(cell.id) ?? 0),
    boots: state.counts.boots,
    bootFailures: state.counts.bootFailures,
    runFailures: state.counts.runFailures,
    cellsDone: state.stopped.size,
    cells: campaign.cells.length,
    elapsedMs: Math.max(0, (running ? look.now : state.lastAt) - (state.startedAt ?? look.now)),
    remainingMs: running ? remaining(campaign, missing, state, look) : null,
    error: state.error,
  };
}

/** What happens at this moment, in words. */
export function nowOf(campaign: Campaign, state: CampaignState): string | null {
  const cell = campaign.cells.find((c) => c.id === state.currentRun?.cell);
  if (cell) return `${cell.label} on ${cell.guest}`;
  const boot = state.currentBoot;
  if (boot) return boot.ready ? `powering off ${boot.guest}` : `booting ${boot.guest}`;
  return state.currentStep?.step ?? null;
}

/** Runs up to the cell's minimum; one more where the minimum is reached and the cell goes on. */
function runsMissing(campaign: Campaign, state: CampaignState, cell: Cell): number {
  if (state.stopped.has(cell.id)) return 0;
  const goal = cell.stage === "static" ? 1 : campaign.minBoots;
  const upToGoal = goal - state.finishedRuns(cell.id);
  return upToGoal > 0 ? upToGoal : state.verdict(cell) === null && !state.blockRuns(cell) ? 1 : 0;
}

function remaining(campaign: Campaign, missing: Map<string, number>, state: CampaignState, look: Look): number {
  const blocks = Array.from({ length: Math.max(0, ...missing.values()) }, (_, block) =>
    campaign.cells.filter((cell) => (missing.get(cell.id) ?? 0) > block),
  );
  const alwaysOn = (guest: string) => state.alwaysOn.has(guest);
  const { durationMs } = forecast(blocks, campaign.stack, alwaysOn, look.findWorkload, look.estimates);
  const left = campaign.budgetMs === null ? durationMs : campaign.budgetMs - state.measuredMs(look.now);
  return Math.max(0, Math.min(durationMs, left));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
