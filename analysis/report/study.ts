/** A study's figure drawn again, ours beside theirs, with the table behind it. */
import type { StudyFigure } from "../figures/study/index.ts";
import type { Point } from "../figures/study/points.ts";
import { interval, number, plural } from "../format.ts";
import { type Html, html, trusted } from "./html.ts";
import { mark, scroll } from "./parts.ts";

export function studySection({ form, points, systems, figure }: StudyFigure, method: string): Html {
  const published = points.some(({ source }) => source === "published");
  const how =
    form.kind === "bars"
      ? "Bars are our medians, the thin line across their end the 95 % interval"
      : "Solid lines are our medians with 95 % intervals";
  const theirs = form.kind === "bars" ? "the upright tick is the published value" : "dashed lines are published values";
  const says = published ? `${how}; ${theirs}.` : `${how}; the study prints no numbers to set beside them.`;
  const paler = points.some(({ functionalOnly }) => functionalOnly !== null)
    ? " † and paler: no measurement of cost."
    : "";
  return html`
<section id="${figure.slug}">
<h3>${form.study}, ${form.place}: ${form.title} <small>ours beside theirs</small></h3>
<figure id="figure-${figure.slug}">${trusted(figure.inline)}<figcaption>${says}${paler} ${method} Data: <a href="figures/${figure.slug}.csv">CSV</a>, <a href="figures/${figure.slug}.vl.json">Vega-Lite</a>, <a href="figures/${figure.slug}.svg">SVG</a>.</figcaption></figure>
${scroll(`${form.place}: ${form.title}`, table(form.axis, form.title, points, systems))}
</section>`;
}

function table(axis: string, title: string, points: readonly Point[], systems: readonly string[]): Html {
  const places = [...new Set(points.map(({ at }) => at))].toSorted((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : 0,
  );
  const unit = points[0]?.unit;
  return html`<table class="cards"><caption>${title}, ${unit}: our median and 95 % interval, then what is published</caption>
<thead><tr><th scope="col">${axis === "" ? "Quantity" : axis}</th>${systems.map((system) => html`<th scope="col">${system}</th>`)}</tr></thead>
<tbody>${places.map((at) => html`<tr><th scope="row">${at}</th>${systems.map((system) => html`<td data-label="${system}">${cell(points.filter((point) => point.system === system && point.at === at))}</td>`)}</tr>`)}</tbody></table>`;
}

function cell(points: readonly Point[]): Html {
  const ours = points.filter(({ source }) => source === "measured").map(measured);
  const theirs = points
    .filter(({ source }) => source === "published")
    .map(({ value }) => html`<small>published ${String(value)}</small>`);
  return html`${ours.length === 0 ? html`<span class="muted">–</span>` : ours}${theirs}`;
}

function measured({ value, low, high, functionalOnly, boots }: Point): Html {
  const range = low === null || high === null ? "no interval" : interval({ low, high });
  return html`<strong class="nowrap">${number(value)}</strong>${mark(functionalOnly)}<small class="nowrap">${range}</small><small>${boots !== null && plural(boots, "boot")}</small>`;
}
