/** What differs between the two sides of every ratio: the host is the same, the guests are declared differently. */
import { type Difference, diffTrees } from "../../infra/environment/tree-diff.ts";
import { plural } from "../format.ts";
import type { Loaded } from "../load.ts";
import { type Html, html } from "./html.ts";
import { scroll } from "./parts.ts";

const order = ["accelerator", "platform", "image", "network", "architecture", "vcpus", "cpus", "memoryMiB", "settings"];
const names: Readonly<Record<string, string>> = {
  vcpus: "virtual CPUs",
  cpus: "host CPUs",
  memoryMiB: "memory in MiB",
};

type Guests = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** As written down with the environment, which has their definitions; else as the plan has them. */
const guestsOf = ({ environment, campaign }: Loaded): Guests => environment?.guests ?? campaign.guests;

/** Where the differences of a guest are shown; null for the baseline itself, and where there is none. */
export function differenceAnchor({ campaign }: Loaded, guest: string): string | null {
  const index = Object.keys(campaign.guests).indexOf(guest);
  return campaign.baseline === null || campaign.baseline === guest || index < 0 ? null : `differs-${index}`;
}

export function compared(loaded: Loaded): Html {
  const { baseline } = loaded.campaign;
  const base = baseline === null ? undefined : guestsOf(loaded)[baseline];
  if (baseline === null || !base) return html`<p>The stack names no baseline, so no guest is set against another.</p>`;
  const others = Object.keys(loaded.campaign.guests).filter((name) => name !== baseline);
  return html`
<p>The host, and with it everything under <a href="#environment">Environment</a>, is the same for all guests. What differs between a guest and ${baseline}, to which ratios are taken, is how it is declared:</p>
${others.map((name) => ofGuest(name, baseline, differenceAnchor(loaded, name), diffTrees(base, guestsOf(loaded)[name] ?? {}, order)))}`;
}

/** The place to link to lies inside: a browser opens what it lies in. */
function ofGuest(name: string, baseline: string, id: string | null, differences: readonly Difference[]): Html {
  const rows = differences.filter(({ lines }) => lines === null);
  const texts = differences.filter(({ lines }) => lines !== null);
  const label = ({ path }: Difference) =>
    path
      .filter((part) => part !== "settings")
      .map((part) => names[part] ?? part)
      .join(", ");
  const row = (difference: Difference) =>
    html`<tr><th scope="row">${label(difference)}</th><td data-label="${baseline}">${difference.before ?? "–"}</td><td data-label="${name}">${difference.after ?? "–"}</td></tr>`;
  return html`<details><summary>${name} and ${baseline}: ${plural(differences.length, "difference")}</summary>
<div id="${id}">
${rows.length > 0 && scroll(`${name} and ${baseline}`, html`<table class="cards"><caption>How ${name} is declared, beside ${baseline}</caption><thead><tr><th scope="col">What</th><th scope="col">${baseline}</th><th scope="col">${name}</th></tr></thead><tbody>${rows.map(row)}</tbody></table>`)}
${texts.map((text) => html`<details><summary>${label(text)}: ${plural(text.lines?.length ?? 0, "line")}</summary><pre>${(text.lines ?? []).join("\n")}</pre></details>`)}
</div></details>`;
}
