/**
 * Every cell as a row that can be looked for: filtered and sorted by cells.js where the browser runs it, else a plain table
 * in the order planned. `data-sort` holds what a column sorts by; a cell without goes last.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plural } from "../format.ts";
import type { CellSummary, Summary } from "../summary.ts";
import type { WorkloadRow } from "../workloads.ts";
import { type Html, html } from "./html.ts";
import { intervalOf, mark, medianOf, ratioOf, scroll } from "./parts.ts";
import { stopText } from "./workload.ts";

/** Runs in the page, allowed there by its hash. It has no value of the campaign in it. */
export const cellsScript = readFileSync(join(import.meta.dirname, "cells.js"), "utf8");

const states = ["measured", "no value", "skipped"] as const;
type State = (typeof states)[number];

interface Entry {
  row: WorkloadRow;
  guest: string;
  /** null: skipped. */
  cell: CellSummary | null;
}

export function cells(summary: Summary, rows: readonly WorkloadRow[]): Html {
  const guests = summary.guests.map(({ name }) => name);
  const entries = rows.flatMap((row) =>
    guests.flatMap((guest): Entry[] => {
      const cell = row.cells.get(guest) ?? null;
      return cell || row.skipped.has(guest) ? [{ row, guest, cell }] : [];
    }),
  );
  const ratio = summary.baseline === null ? "Ratio" : `Ratio to ${summary.baseline}`;
  const heads = ["Workload", "Guest", "Median, 95 % interval", ratio, "Half width", "Samples", "Failed runs", "State"];
  return html`
${controls(heads, guests, entries.length)}
${scroll(
  "All cells",
  html`<table class="cards" id="cells"><caption>One row per guest and workload. Half width: of the 95 % interval, in percent of the median.</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${entries.map((entry) => line(summary, entry, heads))}</tbody></table>`,
  "tall",
)}`;
}

/** Hidden until the script that serves them runs. */
function controls(heads: readonly string[], guests: readonly string[], count: number): Html {
  const options = (names: readonly string[]) => names.map((name) => html`<option>${name}</option>`);
  return html`<form id="cells-controls" class="controls noprint" aria-label="Filter and sort all cells" hidden>
<label>Filter <input type="search" name="words" autocomplete="off" placeholder="e.g. netperf tcp" aria-describedby="cells-count"></label>
<label>Guest <select name="guest"><option value="">all</option>${options(guests)}</select></label>
<label>State <select name="state"><option value="">all</option>${options(states)}</select></label>
<label>Sort by <select name="column"><option value="">order planned</option>${heads.map((head, i) => html`<option value="${i}">${head}</option>`)}</select></label>
<label><input type="checkbox" name="descending"> descending</label>
<p id="cells-count" role="status">${plural(count, "cell")}</p>
</form>`;
}

function line(summary: Summary, { row, guest, cell }: Entry, heads: readonly string[]): Html {
  const state: State = cell === null ? "skipped" : cell.median === null ? "no value" : "measured";
  const spec = summary.specs.length > 1 ? html`<small>${row.spec}</small>` : null;
  const columns: [content: Html, sort: number | string | null][] = [
    [html`<span>${guest}${mark(cell?.functionalOnly)}</span>`, guest],
    [cell ? html`<span class="nowrap">${medianOf(cell)}</span>${intervalOf(cell)}` : none, cell?.median ?? null],
    [cell ? ratioOf(cell) : none, cell?.ratio?.value ?? null],
    [html`<span>${percent(halfWidth(cell))}</span>`, halfWidth(cell)],
    [html`<span>${cell?.n ?? "–"}</span>`, cell?.n ?? null],
    [html`<span>${cell?.failures ?? "–"}</span>`, cell?.failures ?? null],
    [html`<span>${state}</span><small>${cell ? stopText(cell) : row.skipped.get(guest)}</small>`, state],
  ];
  return html`<tr class="${cell?.functionalOnly && "functional"}" data-guest="${guest}" data-state="${state}"><th scope="row" data-sort="${row.label}"><a href="#${row.slug}">${row.label}</a>${spec}</th>${columns.map(([content, sort], i) => html`<td data-label="${heads[i + 1]}" data-sort="${sort ?? ""}">${content}</td>`)}</tr>`;
}

const none = html`<span class="muted">–</span>`;

/** In percent; null where there is no interval, or nothing to relate it to. */
function halfWidth(cell: CellSummary | null): number | null {
  if (!cell?.interval || !cell.median) return null;
  return ((cell.interval.high - cell.interval.low) / 2 / Math.abs(cell.median)) * 100;
}

function percent(value: number | null): string {
  return value === null ? "–" : `${value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0%`;
}
