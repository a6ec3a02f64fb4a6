/** Makes and shows a campaign's report. */
import { resultsDir } from "../../infra/toolchain/paths.ts";
import { findPlanned } from "../campaign/folder.ts";
import { print, printJson } from "./output.ts";

export async function showReport(name: string | undefined, options: { json?: true }): Promise<void> {
  const folder = findPlanned(resultsDir(), name, "report");
  const { report } = await import("../../analysis/index.ts");
  const { htmlPath, summary, terminalTable } = await report(folder.path);
  if (options.json) printJson({ campaign: folder.id, report: htmlPath, summary });
  else print(`${terminalTable}\n\nReport: ${htmlPath}`);
}
