/** Compares and shows two campaigns. */
import { existsSync } from "node:fs";
import { diffEnvironments } from "../../infra/environment/index.ts";
import { resultsDir } from "../../infra/toolchain/paths.ts";
import { type CampaignFolder, findAllPlanned, readEnvironment } from "../campaign/folder.ts";
import type { CompareOptions } from "./compare.ts";
import { diffText } from "./env/text.ts";
import { exitCodes } from "./fail.ts";
import { count, print, printJson, warn } from "./output.ts";

export async function showComparison(first: string, second: string, options: CompareOptions): Promise<number> {
  const [a, b] = findAllPlanned(resultsDir(), [first, second], "compare") as [CampaignFolder, CampaignFolder];
  const { compareCampaigns } = await import("../../analysis/index.ts");
  const comparison = await compareCampaigns(a.path, b.path);
  const unknown = [a, b].filter(({ environment }) => !existsSync(environment)).map(({ id }) => id);
  const environment = unknown.length > 0 ? null : diffEnvironments(readEnvironment(a), readEnvironment(b));
  const { failOnRegression: threshold } = options;
  const worse = threshold === undefined ? [] : comparison.regressions(threshold);
  if (options.json) {
    const { before, after, cells } = comparison;
    printJson({ before, after, environment, cells, regressions: worse });
  } else {
    const title = "Environments";
    print(
      environment
        ? diffText(`${title}: ${a.id}`, b.id, environment)
        : `${title}: not recorded for ${unknown.join(", ")}`,
    );
    print(`\n${comparison.text}`);
  }
  if (worse.length === 0) return exitCodes.ok;
  const named = worse.map(({ guest, label }) => `${label} on ${guest}`).join(", ");
  warn(`guestbench: ${count(worse.length, "cell")} worse by more than ${(threshold ?? 0) * 100} %: ${named}`);
  return exitCodes.failed;
}
