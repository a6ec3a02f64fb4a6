/**
 * Explains a finished (or interrupted) campaign: `<campaign>/report/` with index.html, summary.json, samples.csv and
 * figures/*.svg. All of it is derived from the campaign's other files: it can be deleted and comes out the same again.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { samplesCsv } from "./csv.ts";
import { dotsFigure } from "./figures/dots.ts";
import { phasesFigure } from "./figures/phases.ts";
import { loadCampaign } from "./load.ts";
import { pieces, summaryJson } from "./pieces.ts";
import { page } from "./report/page.ts";
import type { WorkloadFigures } from "./report/workload.ts";
import { summarize } from "./summarize.ts";
import { type Summary, summarySchema } from "./summary.ts";
import { terminalTable } from "./terminal.ts";
import { workloadsOf } from "./workloads.ts";

export interface Report {
  htmlPath: string;
  summary: Summary;
  /** For a terminal of 100 columns; plain text. */
  terminalTable: string;
}

/** Writes the report of a campaign's folder. A ParseError names the file, and the line, that is not as it should be. */
export async function report(campaignDir: string): Promise<Report> {
  const loaded = await loadCampaign(campaignDir);
  const summary = summarySchema.parse(summarize(loaded));
  const rows = workloadsOf(summary);
  const guests = summary.guests.map((guest) => guest.name);
  const figures = new Map<string, WorkloadFigures>();
  for (const row of rows)
    figures.set(row.slug, { dots: dotsFigure(row, guests), phases: await phasesFigure(row, guests) });

  const folder = join(campaignDir, "report");
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "figures"), { recursive: true });
  for (const { dots, phases } of figures.values())
    for (const figure of [dots, phases])
      if (figure) await writeFile(join(folder, "figures", `${figure.slug}.svg`), figure.file);
  await writeFile(join(folder, "summary.json"), pieces(summaryJson(summary)));
  await writeFile(join(folder, "samples.csv"), pieces(samplesCsv(loaded, summary)));
  const htmlPath = join(folder, "index.html");
  await writeFile(htmlPath, page(loaded, summary, rows, figures));
  return { htmlPath, summary, terminalTable: terminalTable(summary) };
}
