/** The report: one page that needs nothing but itself. */
import { createHash } from "node:crypto";
import { DOTS_MAX } from "../figures/dots.ts";
import type { StudyFigure } from "../figures/study/index.ts";
import type { Loaded } from "../load.ts";
import { notesOn, references } from "../references/index.ts";
import type { Summary } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { cells, cellsScript } from "./cells.ts";
import { compared } from "./compared.ts";
import { plan, reproduce } from "./course.ts";
import { glance } from "./glance.ts";
import { head } from "./head.ts";
import { type Html, html, trusted } from "./html.ts";
import { studySection } from "./study.ts";
import { styles } from "./styles.ts";
import { environment } from "./surroundings.ts";
import { teardown } from "./teardown.ts";
import { failures, skips } from "./troubles.ts";
import { type WorkloadFigures, workloadSection } from "./workload.ts";

const scriptHash = createHash("sha256").update(cellsScript).digest("base64");
const csp = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; img-src data:`;

export function page(
  loaded: Loaded,
  summary: Summary,
  rows: readonly WorkloadRow[],
  figures: ReadonlyMap<string, WorkloadFigures>,
  studies: readonly StudyFigure[],
): string {
  const sections: [id: string, title: string, body: Html][] = [
    ["at-a-glance", "At a glance", glance(summary, rows)],
    ["all-cells", "All cells", cells(summary, rows)],
    ...loaded.campaign.specs.map((spec, i): [string, string, Html] => [
      `spec-${i}`,
      spec.title,
      specBody(loaded, summary, i, rows, figures, studies),
    ]),
    ["compared", "What differs between the guests", compared(loaded)],
    ["skipped", "Skipped cells", skips(summary)],
    ["failures", "Failures", failures(loaded)],
    ["environment", "Environment", environment(loaded)],
    ["plan", "Plan and method", plan(loaded, summary)],
    ["teardown", "Teardown", teardown(loaded)],
    ["reproduce", "Reproduce", reproduce(loaded)],
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<link rel="icon" href="data:,">
<title>guestbench: ${summary.stack}, ${summary.specs.join(", ")}</title>
<style>${trusted(styles)}</style>
</head>
<body>
<header>
${head(loaded, summary)}
<nav aria-label="Contents">${sections.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
</header>
<main>
${sections.map(([id, title, body]) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`)}
</main>
<footer><p>Every number here: <a href="summary.json">summary.json</a>; every sample: <a href="samples.csv">samples.csv</a>; each figure as a file: <a href="figures/">figures</a>.</p></footer>
<script>${trusted(cellsScript)}</script>
</body>
</html>
`.text;
}

function specBody(
  loaded: Loaded,
  summary: Summary,
  index: number,
  rows: readonly WorkloadRow[],
  figures: ReadonlyMap<string, WorkloadFigures>,
  studies: readonly StudyFigure[],
): Html {
  const spec = loaded.campaign.specs[index] as Loaded["campaign"]["specs"][number];
  const own = rows.filter((row) => row.spec === spec.name);
  const cells = own.flatMap((row) => [...row.cells.values()]);
  const named = new Set([spec.study, ...cells.map((cell) => cell.reference?.study)]);
  const cited = references.filter((reference) => named.has(reference.study));
  const notes = new Set(cells.flatMap((cell) => notesOn(cell)));
  return html`
<p class="muted">Spec ${spec.name}${spec.study && `, after ${spec.study}`}${spec.figure && `, ${spec.figure}`}</p>
<p>${spec.method}</p>
${[...notes].map((note) => html`<p class="muted">In words: ${note} Ours are not set against it.</p>`)}
${cited.map((reference) => html`<p class="muted">${reference.study}: ${reference.citation}${reference.cpu && `; measured on ${reference.cpu.name}`}.</p>`)}
${studies.filter(({ form }) => form.spec === spec.name).map((figure) => studySection(figure, spec.method))}
<p class="muted">How to read the figures: a dot is a sample, blue where it is a measurement, grey where it is functional only (†), an open ring where it is an outlier; of more than ${DOTS_MAX} samples, ${DOTS_MAX} quantiles are drawn; the bar is the 95 % interval, the tick the median.</p>
${own.map((row) => workloadSection(loaded, summary, row, figures.get(row.slug) ?? { dots: null, phases: null }))}`;
}
