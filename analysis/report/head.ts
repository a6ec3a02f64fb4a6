/** The top of the page: what was measured, whether it is complete, and whether its numbers mean anything. */
import { instant, plural } from "../format.ts";
import type { Loaded } from "../load.ts";
import type { Summary } from "../summary.ts";
import { type Html, html } from "./html.ts";

export function head(loaded: Loaded, summary: Summary): Html {
  const { completeness } = summary;
  const good = completeness.outcome === "complete" && completeness.measured === completeness.cells;
  return html`
<h1>Stack ${summary.stack}: ${summary.specs.join(", ")}</h1>
<p class="muted">Campaign ${summary.campaign}, begun ${instant(summary.createdAt)}${summary.hostCpu && ` on ${summary.hostCpu}`}</p>
<p class="verdict${!good && " bad"}">${completeness.verdict}</p>
<p>${remarks(loaded, summary).join(" ")}</p>
${quickBanner(summary)}${functionalBanner(summary)}`;
}

function remarks(loaded: Loaded, { completeness }: Summary): string[] {
  const list: string[] = [];
  if (completeness.error !== null) list.push(`It ended with: ${completeness.error}`);
  if (completeness.resumptions > 0)
    list.push(
      `It was taken up again ${plural(completeness.resumptions, "time")} after an interruption; no finished run was repeated.`,
    );
  if (completeness.unendedRuns > 0)
    list.push(
      `${plural(completeness.unendedRuns, "run")} began and did not end; no sample came of ${completeness.unendedRuns === 1 ? "it" : "them"}.`,
    );
  if (completeness.tornLine !== null)
    list.push(`The journal's last line (${completeness.tornLine}) was cut short and is left out.`);
  if (completeness.failures > 0) {
    const recovered = loaded.failures.filter((failure) => failure.recovered).length;
    list.push(
      `${plural(completeness.failures, "boot or run", "boots or runs")} failed, ${recovered} of which succeeded when tried again.`,
    );
  }
  return list;
}

function quickBanner({ quick }: Summary): Html | null {
  if (!quick) return null;
  return html`
<aside class="banner" aria-label="Quick pass">
<strong>Quick pass: sizes were cut</strong>
<p>Every cell was run once with small sizes, to see that it works. These numbers measure nothing: do not set them against published figures or other campaigns.</p>
</aside>`;
}

function functionalBanner({ guests }: Summary): Html | null {
  const functional = guests.filter((guest) => guest.functionalOnly !== null);
  if (functional.length === 0) return null;
  const reasons = Map.groupBy(functional, (guest) => guest.functionalOnly as string);
  const who = functional.length === guests.length ? "every guest" : functional.map((guest) => guest.name).join(", ");
  return html`
<aside class="banner" aria-label="Functional results only">
<strong>Functional only: ${who} †</strong>
${[...reasons].map(([reason, named]) => html`<p>${named.map((guest) => guest.name).join(", ")}: ${reason}.</p>`)}
<p>These numbers show that the guests boot and the workloads run. They say nothing about the cost of virtualization: do not set them against other guests or against published figures. They are marked † everywhere.</p>
</aside>`;
}
