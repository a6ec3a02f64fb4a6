/** Campaigns as claims read them, from their folders. */
import { loadCampaign } from "../load.ts";
import { detectableFor } from "../noise.ts";
import { summarize } from "../summarize.ts";
import type { Measured } from "./evidence.ts";
import { judgeAll } from "./index.ts";
import type { Judgement, Verdict } from "./judge.ts";
import { junit } from "./junit.ts";
import { claimsText } from "./text.ts";

interface ClaimsResult {
  /** Where the verdicts come from. */
  campaigns: { campaign: string; stack: string; hostCpu: string | null; environmentHash: string; quick: boolean }[];
  judgements: Judgement[];
  /** For a terminal. */
  text: string;
  junit: string;
  count(verdict: Verdict): number;
}

/** Verdicts of one campaign, or of several that were measured on the same host. */
export async function judgeCampaigns(folders: readonly string[], study: string | null): Promise<ClaimsResult> {
  const campaigns = await Promise.all(folders.map(read));
  const judgements = judgeAll(campaigns, study);
  return {
    campaigns: campaigns.map(({ summary: { campaign, stack, hostCpu, environmentHash, quick } }) => {
      return { campaign, stack, hostCpu, environmentHash, quick };
    }),
    judgements,
    text: claimsText(judgements, campaigns),
    junit: junit(judgements, campaigns),
    count: (verdict) => judgements.filter((one) => one.verdict === verdict).length,
  };
}

async function read(folder: string): Promise<Measured> {
  const loaded = await loadCampaign(folder);
  const detectable = await detectableFor(folder, loaded.campaign.stack);
  return { guests: loaded.campaign.guests, summary: summarize(loaded), detectable };
}
