/** The table a reader looks at first: workloads down, guests across. */
import { plural } from "../format.ts";
import type { CellSummary, Summary } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { type Html, html } from "./html.ts";
import { intervalOf, mark, medianOf, ratioOf } from "./parts.ts";

export function glance(summary: Summary, rows: readonly WorkloadRow[]): Html {
  const { guests, baseline } = summary;
  const ratio = baseline === null ? "" : `, and the ratio to ${baseline} with its interval`;
  return html`
<div class="scroll" tabindex="0" role="region" aria-label="At a glance">
<table class="glance">
<caption>Median with its 95 % interval${ratio}. – means skipped, with the reason below.</caption>
<thead><tr><th scope="col">Workload</th>${guests.map((guest) => html`<th scope="col">${guest.name} ${mark(guest.functionalOnly)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => line(summary, row))}</tbody>
</table>
</div>`;
}

function line(summary: Summary, row: WorkloadRow): Html {
  const several = summary.specs.length > 1;
  const better = row.direction === null ? "skipped everywhere" : `${row.direction} is better`;
  const cells = summary.guests.map((guest) => {
    const cell = row.cells.get(guest.name);
    if (!cell) return html`<td><span title="${row.skipped.get(guest.name)}">–</span></td>`;
    return html`<td class="${cell.functionalOnly && "functional"}">${value(cell)}</td>`;
  });
  return html`<tr><th scope="row"><a href="#${row.slug}">${row.label}</a><small>${several && `${row.spec}, `}${better}</small></th>${cells}</tr>`;
}

function value(cell: CellSummary): Html {
  if (cell.median === null)
    return html`<span class="outlier">${cell.failures > 0 ? `failed (${plural(cell.failures, "time")})` : "not measured"}</span>`;
  const ratio = cell.ratio === null ? null : html`<small>${ratioOf(cell)}</small>`;
  return html`<strong>${medianOf(cell)}</strong>${mark(cell.functionalOnly)}${intervalOf(cell)}${ratio}`;
}
