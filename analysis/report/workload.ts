/** One workload: figure and table of every guest, then the moments of a boot, then what else was recorded. */

import { momentsOf } from "../figures/phases.ts";
import type { Figure } from "../figures/render.ts";
import { plural, quantity } from "../format.ts";
import type { Loaded } from "../load.ts";
import type { CellSummary, Series, Summary } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { differenceAnchor } from "./compared.ts";
import { type Html, html, trusted } from "./html.ts";
import { intervalOf, mark, medianOf, ratioOf, scroll } from "./parts.ts";

export interface WorkloadFigures {
  dots: Figure | null;
  phases: Figure | null;
}

export function workloadSection(loaded: Loaded, summary: Summary, row: WorkloadRow, figures: WorkloadFigures): Html {
  const first = row.cells.values().next().value;
  const about = first ? `${first.metric} in ${row.unit}, ${first.direction} is better` : "skipped for every guest";
  return html`
<section id="${row.slug}" class="workload">
<h3>${row.label} <small>${about}</small></h3>
<div class="pair">
${drawn(figures.dots)}
${scroll(`${row.spec}, ${row.label}`, results(loaded, summary, row))}
</div>
${phases(summary, row, figures.phases)}
${alsoRecorded(summary, row)}
</section>`;
}

function drawn(figure: Figure | null, caption?: string): Html {
  if (figure === null) return html`<p class="muted">No value, so no figure.</p>`;
  return html`<figure id="figure-${figure.slug}">${trusted(figure.inline)}${caption && html`<figcaption>${caption}</figcaption>`}</figure>`;
}

function results(loaded: Loaded, summary: Summary, row: WorkloadRow): Html {
  const { baseline } = summary;
  const published = [...row.cells.values()].find((cell) => cell.reference)?.reference?.study ?? null;
  const labels = [
    "Median, 95 % interval",
    baseline === null ? "Ratio" : `Ratio to ${baseline}`,
    "Mean, std dev",
    "Measured",
    ...(published ? [`Published, ${published}`] : []),
  ];
  return html`
<table class="cards">
<caption>${row.label}: every guest</caption>
<thead><tr><th scope="col">Guest</th>${labels.map((label) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${summary.guests.map((guest) => {
    const cell = row.cells.get(guest.name);
    if (!cell)
      return html`<tr><th scope="row">${guest.name}</th><td class="whole muted" colspan="${labels.length}">– ${row.skipped.get(guest.name) ?? "not planned"}</td></tr>`;
    const cells = [
      html`<strong class="nowrap">${medianOf(cell)}</strong>${intervalOf(cell)}`,
      html`${ratioOf(cell)}${whatDiffers(loaded, cell)}`,
      meanOf(cell),
      measured(cell),
      ...(published ? [reference(cell)] : []),
    ];
    return html`<tr class="${cell.functionalOnly && "functional"}"><th scope="row">${guest.name}${mark(cell.functionalOnly)}</th>${cells.map((text, i) => html`<td data-label="${labels[i]}">${text}</td>`)}</tr>`;
  })}</tbody>
</table>`;
}

function measured(cell: CellSummary): Html {
  const unit = cell.boots === 1 ? cell.bootUnit.slice(0, -1) : cell.bootUnit;
  const samples = cell.n === cell.runs ? null : html`<small>${plural(cell.n, "sample")}</small>`;
  const outliers =
    cell.outliers === 0 ? null : html`<small class="outlier">${plural(cell.outliers, "outlier")}</small>`;
  const failures = cell.failures === 0 ? null : html`<small>${plural(cell.failures, "failed run")}</small>`;
  return html`<span class="nowrap">${cell.boots} ${unit},</span> <span class="nowrap">${plural(cell.runs, "run")}</span>${samples}${outliers}${failures}<small>${stopText(cell)}</small>${asides(cell)}`;
}

/** What a reader should know of these runs before trusting the numbers. */
function asides({ bimodal, warmUps, disturbed }: CellSummary): Html | null {
  const notes = [
    bimodal ? "looks like two groups: see the figure" : null,
    warmUps > 0 ? `${plural(warmUps, "warm-up run")}, not counted` : null,
    disturbed.repeated > 0 ? `${plural(disturbed.repeated, "disturbed run")} repeated` : null,
    disturbed.kept > 0 ? `${plural(disturbed.kept, "run")} counted though disturbed` : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : html`${notes.map((note) => html`<small class="outlier">${note}</small>`)}`;
}

/** Only a ratio sets two guests against each other. */
function whatDiffers(loaded: Loaded, cell: CellSummary): Html | null {
  const anchor = cell.ratio === null ? null : differenceAnchor(loaded, cell.guest);
  return anchor === null ? null : html`<small><a href="#${anchor}">what differs</a></small>`;
}

function reference({ reference: published, stage }: CellSummary): Html {
  if (published === null) return html`<span class="muted">none</span>`;
  const verdict = `${published.comparable ? "comparable" : "not comparable"}: ${published.reason}`;
  return html`<span class="nowrap" title="${published.source}">${published.value}\u00a0${published.unit}</span><small class="verdict-text">${verdict}</small>${testbeds(published, stage)}`;
}

function testbeds({ study, differences }: NonNullable<CellSummary["reference"]>, stage: CellSummary["stage"]): Html {
  if (differences.length === 0)
    return html`<small>${stage === "static" ? "" : `the testbeds agree in all that ${study} states`}</small>`;
  const items = differences.map(({ what, ours, published }) => html`<li>${what}: ${ours}, there ${published}</li>`);
  return html`<details class="differences"><summary>${plural(differences.length, "difference")} of the testbeds</summary><ul>${items}</ul></details>`;
}

export function stopText({ stopReason }: CellSummary): string {
  if (stopReason === null) return "stop not recorded";
  return {
    precision: "until precise enough",
    "max-boots": "up to the boot limit",
    budget: "until the budget was used up",
    once: "once is enough",
    failed: "given up after failures",
    interrupted: "until interrupted",
  }[stopReason];
}

function phases(summary: Summary, row: WorkloadRow, figure: Figure | null): Html | null {
  if (figure === null) return null;
  const rows = summary.guests.flatMap((guest) => {
    const cell = row.cells.get(guest.name);
    return cell ? momentsOf(cell).map((moment) => seriesRow(cell, moment, "Moment")) : [];
  });
  return html`
<h4>Moments of the boot</h4>
<div class="pair">
${drawn(figure, "Medians of when each moment was seen, counted from the start command; the dark dot is the metric above.")}
${scroll(`${row.spec}, ${row.label}, moments`, seriesTable(`${row.label}: moments after the start command`, "Moment", rows))}
</div>`;
}

function alsoRecorded(summary: Summary, row: WorkloadRow): Html | null {
  const rows = summary.guests.flatMap((guest) => {
    const cell = row.cells.get(guest.name);
    if (!cell) return [];
    const shown = new Set(momentsOf(cell).map((moment) => moment.metric));
    return cell.secondary
      .filter((series) => !shown.has(series.metric))
      .map((series) => seriesRow(cell, series, "Metric"));
  });
  if (rows.length === 0) return null;
  return html`<details><summary>Also recorded for ${row.label}</summary>${scroll(`${row.spec}, ${row.label}, other metrics`, seriesTable(`${row.label}: other metrics`, "Metric", rows))}</details>`;
}

function seriesTable(caption: string, what: string, rows: readonly Html[]): Html {
  const heads = ["Guest", what, "Median, 95 % interval", "Mean, std dev", "Samples"];
  return html`<table class="cards"><caption>${caption}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

function seriesRow(cell: CellSummary, series: Series, what: string): Html {
  const outliers =
    series.outliers === 0 ? null : html`<small class="outlier">${plural(series.outliers, "outlier")}</small>`;
  return html`<tr class="${cell.functionalOnly && "functional"}"><th scope="row">${cell.guest}${mark(cell.functionalOnly)}</th>
<td data-label="${what}">${series.metric}</td>
<td data-label="Median"><strong class="nowrap">${medianOf(series)}</strong>${intervalOf(series)}</td>
<td data-label="Mean, std dev">${meanOf(series)}</td>
<td data-label="Samples">${series.n}${outliers}</td></tr>`;
}

function meanOf({ mean, meanKind, sd, unit }: Series): Html {
  if (mean === null) return html`<span class="muted">–</span>`;
  const kind = meanKind === "arithmetic" ? null : html`<small>${meanKind} mean</small>`;
  return html`<span class="nowrap">${quantity(mean, unit)}</span>${kind}<small class="nowrap">${sd === null ? "no sd from one sample" : `sd ${quantity(sd, unit)}`}</small>`;
}
