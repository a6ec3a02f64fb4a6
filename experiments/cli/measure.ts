/** Measuring as a step of the command line: the engine with its real parts, and what it tells while it runs. */
import type { Outputs } from "../../infra/outputs.ts";
import type { Estimates } from "../campaign/estimates.ts";
import type { CampaignFolder } from "../campaign/folder.ts";
import { realParts } from "../campaign/parts.ts";
import type { Campaign, CampaignEvent } from "../campaign/results.ts";
import { measureCampaign } from "../campaign/run.ts";
import type { CampaignState } from "../campaign/state.ts";
import { nowOf, statusOf } from "../campaign/status.ts";
import { findWorkload } from "../workloads/index.ts";
import { count } from "./output.ts";
import type { StepReport } from "./progress.ts";

/** Events after which the estimate is worth a new look. */
const milestones = new Set<CampaignEvent["event"]>(["boot.ready", "boot.failed", "run.finished", "cell.stopped"]);

export function measure(
  campaign: Campaign,
  folder: CampaignFolder,
  outputs: Outputs,
  estimates: Estimates,
  news: (news: StepReport) => void,
  signal: AbortSignal,
): Promise<"complete" | "interrupted"> {
  const onEvent = (event: CampaignEvent, state: CampaignState) => {
    const text = [nowOf(campaign, state), `${count(state.counts.runs, "run")} done`].filter(Boolean).join(", ");
    if (!milestones.has(event.event)) return news({ text });
    const look = { alive: true, now: Date.now(), findWorkload, estimates };
    const { remainingMs } = statusOf(campaign, state, look);
    news({ text, ...(remainingMs === null ? {} : { remainingMs }) });
  };
  const remember = (key: string, durationMs: number) => estimates.remember(`${campaign.stack}/${key}`, durationMs);
  return measureCampaign(campaign, folder, realParts(campaign, outputs, signal, { onEvent, remember }));
}
