/** The table a reader looks at first: workloads down, guests across. */
import { interval, number, plural } from "../format.ts";
import { ROUGH_BELOW } from "../statistics/bootstrap.ts";
import type { CellSummary, Summary } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { type Html, html } from "./html.ts";
import { intervalOf, mark, medianOf, scroll } from "./parts.ts";

export function glance(summary: Summary, rows: readonly WorkloadRow[]): Html {
  const { guests, baseline } = summary;
  const ratio = baseline === null ? "" : `, and the ratio to ${baseline} with its interval`;
  const few = summary.cells.some((cell) => cell.interval !== null && cell.intervalNote !== null);
  const rough = few
    ? ` Rough: from fewer than ${ROUGH_BELOW} boots an interval covers the true median less often than it says.`
    : "";
  return scroll(
    "At a glance",
    html`
<table class="glance cards">
<caption>Median with its 95 % interval${ratio}. – means skipped, with the reason below.${rough}</caption>
<thead><tr><th scope="col">Workload</th>${guests.map((guest) => html`<th scope="col">${guest.name}${mark(guest.functionalOnly)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => line(summary, row))}</tbody>
</table>`,
  );
}

function line(summary: Summary, row: WorkloadRow): Html {
  const several = summary.specs.length > 1;
  const better = row.direction === null ? "skipped everywhere" : `${row.direction} is better`;
  const cells = summary.guests.map((guest) => {
    const cell = row.cells.get(guest.name);
    if (!cell)
      return html`<td data-label="${guest.name}"><span class="muted" title="${row.skipped.get(guest.name)}">–</span></td>`;
    return html`<td data-label="${guest.name}" class="${cell.functionalOnly && "functional"}">${value(cell)}</td>`;
  });
  return html`<tr><th scope="row"><a href="#${row.slug}">${row.label}</a><small>${several && `${row.spec}, `}${better}</small></th>${cells}</tr>`;
}

function value(cell: CellSummary): Html {
  if (cell.median === null) {
    const text = cell.failures > 0 ? `failed (${plural(cell.failures, "time")})` : "not measured";
    return html`<span class="outlier">${text}</span>`;
  }
  const { ratio } = cell;
  const range = ratio === null || ratio.interval === null ? "" : ` ${interval(ratio.interval)}`;
  const line = ratio === null ? null : html`<small>${number(ratio.value)}\u00a0×${range}</small>`;
  return html`<span class="nowrap"><strong>${medianOf(cell)}</strong>${mark(cell.functionalOnly)}</span>${intervalOf(cell)}${line}`;
}
