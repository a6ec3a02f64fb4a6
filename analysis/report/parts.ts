/** Small pieces that several sections write the same way. */
import { interval, number, quantity } from "../format.ts";
import type { CellSummary, Series } from "../summary.ts";
import { type Html, html } from "./html.ts";

/** The sign of guests whose numbers are no measurement of cost. */
export function mark(functionalOnly: string | null | undefined): Html | null {
  return functionalOnly ? html`\u00a0<abbr title="functional only">†</abbr>` : null;
}

export function medianOf(series: Pick<Series, "median" | "unit">): string {
  return series.median === null ? "–" : quantity(series.median, series.unit);
}

/** The interval, or why there is none; what few boots are worth is said in full in the title. */
export function intervalOf(series: Pick<Series, "interval" | "intervalNote" | "unit" | "boots">): Html {
  if (series.interval === null) return html`<small>${series.intervalNote ?? "no interval"}</small>`;
  const rough = series.intervalNote === null ? null : html` <abbr title="${series.intervalNote}">rough</abbr>`;
  return html`<small class="nowrap">${interval(series.interval)} ${series.unit}${rough}</small>`;
}

export function ratioOf(cell: CellSummary): Html {
  if (cell.ratio === null) return html`<small class="note">${cell.ratioNote ?? "none"}</small>`;
  const range = cell.ratio.interval === null ? "no interval" : interval(cell.ratio.interval);
  return html`<span>${number(cell.ratio.value)}\u00a0×</span><small class="nowrap">${range}</small>${evidenceOf(cell)}`;
}

const verdicts = {
  different: "different",
  "within noise": "within the noise of the host",
  "not shown": "no difference shown",
  unknown: "too few boots to tell",
} as const;

/** Whether a difference may be claimed, and on what that rests. */
function evidenceOf({ comparison }: CellSummary): Html | null {
  if (comparison === null) return null;
  const { pHolm, cliffsDelta } = comparison;
  const p = pHolm === null ? "" : `p ${pHolm < 0.001 ? "< 0.001" : `= ${pHolm.toFixed(3)}`} after Holm`;
  const delta = cliffsDelta === null ? "" : `, Cliff's δ = ${cliffsDelta.toFixed(2)}`;
  return html`<small>${verdicts[comparison.difference]}</small><small>${p}${delta}</small>`;
}

/** Holds a wide table: scrolls inside itself, and can be reached by keyboard. */
export function scroll(label: string, content: Html, shape?: "tall"): Html {
  return html`<div class="scroll ${shape}" tabindex="0" role="region" aria-label="Table: ${label}">${content}</div>`;
}

/** A link to a file of the campaign's folder; text alone where the path leads out of it. */
export function rawLink(path: string): Html {
  const parts = path.split("/");
  if (path.startsWith("/") || parts.some((part) => part === ".." || part === "")) return html`<code>${path}</code>`;
  return html`<a href="../${parts.map(encodeURIComponent).join("/")}">${path}</a>`;
}

/** Rows of name and value; nested facts get their path as a name, long lists are folded. */
export function facts(caption: string, values: Readonly<Record<string, unknown>>): Html {
  const rows = Object.entries(values).map(
    ([name, value]) => html`<tr><th scope="row">${spaced(name)}</th><td>${fact(value, name)}</td></tr>`,
  );
  return html`<table class="facts"><caption>${caption}</caption><tbody>${rows}</tbody></table>`;
}

const FOLD_FROM = 12;

function fact(value: unknown, name = ""): Html {
  if (value === null || value === undefined) return html`<span class="muted">none</span>`;
  if (typeof value === "boolean") return html`${value ? "yes" : "no"}`;
  if (typeof value === "number" && /bytes$/i.test(name)) return html`${quantity(value / 1e6, "MB")}`;
  if (typeof value !== "object") return html`${String(value)}`;
  const parts = Array.isArray(value)
    ? value.map((item) => html`${typeof item === "object" && item !== null ? fact(item) : String(item)}`)
    : Object.entries(value).map(
        ([name, inner]) => html`<span class="muted">${spaced(name)}</span> ${fact(inner, name)}`,
      );
  if (parts.length === 0) return html`<span class="muted">none</span>`;
  const list = html`${parts.map((part, i) => html`${i > 0 && ", "}${part}`)}`;
  return parts.length < FOLD_FROM ? list : html`<details><summary>${parts.length} entries</summary>${list}</details>`;
}

/** cpuModel → cpu model; a name with other characters is left as it is. */
function spaced(name: string): string {
  return /^[a-z]+([A-Z][a-z]+)+$/.test(name) ? name.replace(/[A-Z]/g, (char) => ` ${char.toLowerCase()}`) : name;
}
