/** Makes and shows a campaign's report. */
import { ConfigError } from "../../infra/errors.ts";
import { resultsDir } from "../../infra/toolchain/paths.ts";
import { findCampaign, readCampaign } from "../campaign/folder.ts";
import { print, printJson } from "./output.ts";

export async function showReport(name: string | undefined, options: { json?: true }): Promise<void> {
  const folder = findCampaign(resultsDir(), name);
  if (readCampaign(folder) === null)
    throw new ConfigError(`campaign ${folder.id} ended before it had a plan: there is nothing to report`);
  const { report } = await import("../../analysis/index.ts");
  const { htmlPath, summary, terminalTable } = await report(folder.path);
  if (options.json) printJson({ campaign: folder.id, report: htmlPath, summary });
  else print(`${terminalTable}\n\nReport: ${htmlPath}`);
}
