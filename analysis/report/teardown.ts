/** The look at the host afterwards: the verdict, what is left and how it goes, and the evidence behind folds. */
import { changesIn, leftoversIn, type Teardown } from "../../experiments/campaign/results.ts";
import { instant, plural } from "../format.ts";
import type { Loaded } from "../load.ts";
import { type Html, html } from "./html.ts";
import { scroll } from "./parts.ts";

export function teardown({ teardown: look }: Loaded): Html {
  if (look === null)
    return html`<p>Nobody looked: the stack was kept up, or the campaign did not get as far. <code>guestbench recover</code> puts the host back.</p>`;
  const left = leftoversIn(look);
  const meanwhile = changesIn(look);
  return html`<p class="verdict${!look.clean && " bad"}">${verdict(look, left.length)}</p>
${look.notes.map((note) => html`<p>${note}</p>`)}
${left.map(({ kind, what, remedy }) => html`<div class="outlier"><p>left over: ${what} <span class="muted">(${kind})</span></p>${remedy !== null && html`<pre><code>${remedy}</code></pre>`}</div>`)}
${meanwhile.length > 0 && folded(`${plural(meanwhile.length, "difference")} that came meanwhile, by nothing known of this stack`, html`<ul>${meanwhile.map((line) => html`<li>${line}</li>`)}</ul>`)}
${folded(`${plural(look.checks.length, "check")} of the host`, checks(look))}
${look.touched.length > 0 && folded(`${plural(look.touched.length, "object or setting", "objects or settings")} that the stack touched`, touched(look))}`;
}

function verdict({ clean, checks, touched }: Teardown, left: number): string {
  if (left > 0) return `Not clean: ${plural(left, "thing")} left over.`;
  const verdict = clean
    ? `Clean: ${plural(checks.length, "check")} found the host as it was before.`
    : "Not shown to be clean.";
  const objects = plural(touched.length, "object or setting", "objects or settings");
  return touched.length === 0 ? verdict : `${verdict} The stack touched ${objects}; nothing of that is left.`;
}

const folded = (summary: string, content: Html) => html`<details><summary>${summary}</summary>${content}</details>`;

function table(caption: string, columns: readonly string[], rows: readonly Html[]): Html {
  const head = columns.map((column) => html`<th scope="col">${column}</th>`);
  return scroll(
    caption,
    html`<table class="cards"><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`,
  );
}

function checks({ checks, at }: Teardown): Html {
  const rows = checks.map((check) => {
    const { leftovers, changed, missing } = check;
    const found = [
      ...leftovers.map((line) => `left over: ${line}`),
      ...changed.map((line) => `meanwhile: ${line}`),
      ...missing.map((line) => `gone: ${line}`),
    ];
    const lines = found.length === 0 ? "as before" : found.map((line) => html`<div>${line}</div>`);
    return html`<tr><th scope="row">${check.kind}</th><td data-label="Looked with"><code>${check.command}</code></td><td data-label="Before, after">${check.before.length}, ${check.after.length}</td><td data-label="Found"><span>${lines}</span></td></tr>`;
  });
  return table(
    `Host compared with the snapshot taken before, ${instant(at)}`,
    ["What", "Looked with", "Lines before, after", "Found"],
    rows,
  );
}

function touched({ touched, at }: Teardown): Html {
  const rows = touched.map(({ kind, name, command, printed, gone, theirs }) => {
    const now = gone
      ? kind.startsWith("value")
        ? "back"
        : "gone"
      : theirs === null
        ? "still there"
        : `there: ${theirs}`;
    return html`<tr><th scope="row">${kind} ${name}</th><td data-label="Looked with"><code>${command}</code></td><td data-label="Printed"><code>${printed}</code></td><td data-label="Now">${now}</td></tr>`;
  });
  return table(`What the stack touched, ${instant(at)}`, ["What", "Looked with", "Printed", "Now"], rows);
}
