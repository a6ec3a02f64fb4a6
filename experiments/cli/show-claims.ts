/** Judges and shows the claims of a study. */
import { writeFileSync } from "node:fs";
import { ConfigError } from "../../infra/errors.ts";
import { unknownName } from "../../infra/nearest.ts";
import { resultsDir } from "../../infra/toolchain/paths.ts";
import { findAllPlanned } from "../campaign/folder.ts";
import type { ClaimsOptions } from "./claims.ts";
import { exitCodes } from "./fail.ts";
import { count, print, printJson, warn } from "./output.ts";

export async function showClaims(study: string | undefined, options: ClaimsOptions): Promise<number> {
  const { judgeCampaigns, studies } = await import("../../analysis/index.ts");
  const problems =
    study === undefined || studies.some((known) => known === study) ? [] : [unknownName("study", study, studies)];
  const folders = findAllPlanned(resultsDir(), options.campaign ?? [undefined], "judge", problems);
  const result = await judgeCampaigns(
    folders.map(({ path }) => path),
    study ?? null,
  );
  if (options.junit !== undefined) write(options.junit, result.junit);
  if (options.json) printJson({ campaigns: result.campaigns, claims: result.judgements });
  else print(result.text);
  if (options.require === undefined) return exitCodes.ok;
  const failing =
    options.require === "not-contradicted"
      ? result.count("contradicted")
      : result.judgements.length - result.count("reproduced");
  if (failing > 0) warn(`guestbench: ${count(failing, "claim")} of ${result.judgements.length} not as required`);
  return failing > 0 ? exitCodes.failed : exitCodes.ok;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new ConfigError(`--junit ${path}: cannot be written`, { cause });
  }
}
