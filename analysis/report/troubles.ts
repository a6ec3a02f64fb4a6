/** What was not measured and why: skipped cells, and failures with the way to their raw output. */
import { instant } from "../format.ts";
import type { Loaded } from "../load.ts";
import type { FailureRow } from "../rows.ts";
import type { Summary } from "../summary.ts";
import { type Html, html } from "./html.ts";
import { rawLink, scroll } from "./parts.ts";

export function skips(summary: Summary): Html {
  if (summary.skipped.length === 0) return html`<p>None: every workload ran on every guest.</p>`;
  const rows = summary.skipped.map(
    (skip) =>
      html`<tr><th scope="row">${skip.guest}</th><td data-label="Workload">${skip.label}</td><td data-label="Spec">${skip.spec}</td><td data-label="Reason" class="tool">${skip.reason}</td></tr>`,
  );
  return scroll(
    "Skipped cells",
    html`<table class="cards"><caption>Cells that this stack cannot measure; none of them counts as zero</caption>
<thead><tr><th scope="col">Guest</th><th scope="col">Workload</th><th scope="col">Spec</th><th scope="col">Reason</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}

export function failures({ failures: list }: Loaded): Html {
  if (list.length === 0) return html`<p>None.</p>`;
  return scroll(
    "Failures",
    html`<table class="cards"><caption>A failed boot or run is never a sample</caption>
<thead><tr><th scope="col">Guest</th><th scope="col">What</th><th scope="col">When</th><th scope="col">Error</th><th scope="col">Then</th><th scope="col">Raw output</th></tr></thead>
<tbody>${list.map(row)}</tbody></table>`,
  );
}

function row(failure: FailureRow): Html {
  const kind = failure.class === "infrastructure" ? "the testbed failed" : "the measurement failed";
  const raw =
    failure.raw.length === 0 ? html`none` : html`${failure.raw.map((path) => html`<div>${rawLink(path)}</div>`)}`;
  return html`<tr><th scope="row">${failure.guest}</th>
<td data-label="What">${failure.label}<small>${failure.id}, attempt ${failure.attempt}; ${kind}</small></td>
<td data-label="When">${instant(failure.at)}<small>block ${failure.block}</small></td>
<td data-label="Error" class="tool">${failure.error}</td>
<td data-label="Then">${failure.recovered ? "succeeded when tried again" : "no sample in this block"}</td>
<td data-label="Raw output" class="tool"><span>${raw}</span></td></tr>`;
}
