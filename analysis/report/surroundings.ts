/** Where and how it was measured: host, images, networks, tools, and every guest's settings. */
import type { Loaded } from "../load.ts";
import { type Html, html } from "./html.ts";
import { facts, mark, scroll } from "./parts.ts";

export function environment({ environment: recorded, campaign }: Loaded): Html {
  if (recorded === null)
    return html`<p>Not recorded: the campaign ended before its environment was written down.</p>${guestTable(campaign.guests)}`;
  return html`
${facts("Hardware", recorded.hardware)}
${facts("Firmware and mitigations", recorded.firmware)}
${facts("Kernel", recorded.kernel)}
${facts("Host settings", recorded.settings)}
${facts("Hypervisor and tools", recorded.tools)}
${guestTable(campaign.guests)}
<h3>Images</h3>
${Object.entries(recorded.images ?? {}).map(([name, image]) => facts(`Image ${name}`, image))}
<h3>Networks</h3>
${Object.entries(recorded.networks ?? {}).map(([name, network]) => facts(`Network ${name}`, network))}
<h3>Tools of the testbed</h3>
${facts("Toolchain", recorded.toolchain)}
<p class="muted">Hash of the environment: <code>${campaign.environmentHash}</code></p>`;
}

function guestTable(guests: Loaded["campaign"]["guests"]): Html {
  const list = Object.entries(guests);
  const settings = [...new Set(list.flatMap(([, guest]) => Object.keys(guest.settings)))].sort();
  const line = (name: string, value: (guest: (typeof list)[number][1]) => string | Html | null) =>
    html`<tr><th scope="row">${name}</th>${list.map(([, guest]) => html`<td>${value(guest) ?? "–"}</td>`)}</tr>`;
  return html`
<h3>Guests</h3>
${scroll(
  "Guests",
  html`<table class="settings"><caption>Every guest's settings</caption>
<thead><tr><th scope="col">Setting</th>${list.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${line("platform", (guest) => guest.platform)}
${line("image", (guest) => guest.image)}
${line("accelerator", (guest) => html`${guest.accelerator}${mark(guest.functionalOnly)}`)}
${line("architecture", (guest) => guest.architecture)}
${line("virtual CPUs", (guest) => String(guest.vcpus))}
${line("memory", (guest) => `${guest.memoryMiB} MiB`)}
${line("network", (guest) => guest.network)}
${settings.map((name) => line(name, (guest) => guest.settings[name] ?? null))}
</tbody></table>`,
)}`;
}
