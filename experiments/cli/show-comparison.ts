/** Compares and shows two campaigns. */
import { existsSync } from "node:fs";
import { diffEnvironments } from "../../infra/environment/index.ts";
import { ConfigError } from "../../infra/errors.ts";
import { resultsDir } from "../../infra/toolchain/paths.ts";
import { type CampaignFolder, findCampaign, readCampaign, readEnvironment } from "../campaign/folder.ts";
import type { CompareOptions } from "./compare.ts";
import { diffText } from "./env/text.ts";
import { exitCodes } from "./fail.ts";
import { count, print, printJson, warn } from "./output.ts";

export async function showComparison(first: string, second: string, options: CompareOptions): Promise<number> {
  const problems: string[] = [];
  const [a, b] = [planned(first, problems), planned(second, problems)];
  if (a === null || b === null) throw new ConfigError([...new Set(problems)]);
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

function planned(name: string, problems: string[]): CampaignFolder | null {
  try {
    const folder = findCampaign(resultsDir(), name);
    if (readCampaign(folder) !== null) return folder;
    problems.push(`campaign ${folder.id} ended before it had a plan: there is nothing to compare`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  }
  return null;
}
