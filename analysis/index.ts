/**
 * Explains a finished (or interrupted) campaign: `<campaign>/report/` with index.html, summary.json, samples.csv and
 * figures/*.svg. All of it is derived from the campaign's other files: it can be deleted and comes out the same again.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { samplesCsv } from "./csv.ts";
import { dotsFigure } from "./figures/dots.ts";
import { phasesFigure } from "./figures/phases.ts";
import { studyFigures } from "./figures/study/index.ts";
import { loadCampaign } from "./load.ts";
import { detectableFor, keepNoise, noiseOf, noisePath, noiseTable } from "./noise.ts";
import { pieces, summaryJson } from "./pieces.ts";
import { page } from "./report/page.ts";
import type { WorkloadFigures } from "./report/workload.ts";
import { summarize } from "./summarize.ts";
import { checkSummary, type Summary } from "./summary.ts";
import { terminalTable } from "./terminal.ts";
import { workloadsOf } from "./workloads.ts";

export { judgeCampaigns } from "./claims/campaigns.ts";
export { studies } from "./claims/index.ts";
export { compareCampaigns } from "./compare/index.ts";

export interface Report {
  htmlPath: string;
  summary: Summary;
  /** For a terminal of 100 columns; plain text. */
  terminalTable: string;
}

/** Writes the report of a campaign's folder. A ParseError names the file, and the line, that is not as it should be. */
export async function report(campaignDir: string): Promise<Report> {
  const loaded = await loadCampaign(campaignDir);
  const summary = summarize(loaded, await detectableFor(campaignDir, loaded.campaign.stack));
  checkSummary(summary);
  const rows = workloadsOf(summary);
  const guests = summary.guests.map((guest) => guest.name);
  const figures = new Map<string, WorkloadFigures>();
  for (const row of rows)
    figures.set(row.slug, { dots: dotsFigure(row, guests), phases: await phasesFigure(row, guests) });

  const studies = await studyFigures(summary, loaded.campaign.guests);

  const folder = join(campaignDir, "report");
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "figures"), { recursive: true });
  for (const { dots, phases } of figures.values())
    for (const figure of [dots, phases])
      if (figure) await writeFile(join(folder, "figures", `${figure.slug}.svg`), figure.file);
  for (const { figure, csv, vegaLite } of studies) {
    await writeFile(join(folder, "figures", `${figure.slug}.svg`), figure.file);
    await writeFile(join(folder, "figures", `${figure.slug}.csv`), csv);
    await writeFile(join(folder, "figures", `${figure.slug}.vl.json`), vegaLite);
  }
  await writeFile(join(folder, "summary.json"), pieces(summaryJson(summary)));
  await writeFile(join(folder, "samples.csv"), pieces(samplesCsv(loaded, summary)));
  const htmlPath = join(folder, "index.html");
  await writeFile(htmlPath, page(loaded, summary, rows, figures, studies));
  return { htmlPath, summary, terminalTable: terminalTable(summary) };
}

/** The report of an A/A campaign; what it shows of the noise is kept for every later report of the stack. */
export async function noiseReport(campaignDir: string): Promise<Report> {
  const made = await report(campaignDir);
  await keepNoise(campaignDir, made.summary);
  const entries = noiseOf(made.summary);
  const kept = `Kept in ${noisePath(campaignDir, made.summary.stack)}: no smaller difference will be claimed.`;
  return { ...made, terminalTable: [made.terminalTable, "", noiseTable(entries), kept].join("\n") };
}
