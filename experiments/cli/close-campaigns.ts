/** Campaigns that a kill has left open are closed by `recover`, so that they can be reported and resumed. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../campaign/engine.ts";
import { folderAt, listCampaigns, stackOfCampaign, writeTeardown } from "../campaign/folder.ts";
import { readJournal } from "../campaign/journal.ts";
import type { Teardown } from "../campaign/results.ts";
import { CampaignLog } from "./campaign-log.ts";

/** Returns the ids of those it closed. */
export function closeCampaigns(resultsDir: string, stack: string, teardown: Teardown): string[] {
  const open = listCampaigns(resultsDir)
    .filter((id) => stackOfCampaign(id) === stack)
    .map((id) => folderAt(join(resultsDir, id)))
    .filter(({ journal }) => existsSync(journal) && isOpen(journal));
  for (const folder of open) {
    writeTeardown(folder, teardown);
    const log = CampaignLog.open(folder, () => systemClock.now(), true);
    log.finish("interrupted", "killed; cleaned up by `guestbench recover`");
  }
  return open.map((folder) => folder.id);
}

function isOpen(journal: string): boolean {
  const last = readJournal(journal).events.findLast(({ event }) => event.startsWith("campaign."));
  return last?.event !== "campaign.finished";
}
