/** How the campaign was planned and went: plan, steps, and the command that repeats it. */
import { duration, plural } from "../format.ts";
import type { Loaded } from "../load.ts";
import type { Summary } from "../summary.ts";
import { type Html, html } from "./html.ts";
import { facts } from "./parts.ts";

export function plan({ campaign, blocks, boots, steps }: Loaded, { completeness, method }: Summary): Html {
  const budget = campaign.budgetMs === null ? "none" : duration(campaign.budgetMs);
  return html`
${facts("Plan", {
  seed: campaign.seed,
  order: "blocks; every block holds every cell once, in an order drawn from the seed",
  boots: `at least ${campaign.minBoots}, at most ${campaign.maxBoots} per cell`,
  "stop rule": `a cell is done when the half width of its 95 % interval is at most ${campaign.precision * 100} % of its median`,
  budget,
  measured: `${plural(blocks.length, "block")}, ${plural(boots.length, "boot")}, ${plural(completeness.runs, "finished run")}`,
})}
${facts("Statistics", { estimator: method.estimator, interval: method.interval, ratio: method.ratio, test: method.test, difference: method.difference, mean: method.mean, outliers: method.outliers, bimodality: method.bimodality })}
${steps.length > 0 && facts("Steps", Object.fromEntries(steps.map((step, i) => [`${i + 1}. ${step.step}`, `${step.durationMs === null ? "no end recorded" : duration(step.durationMs)}${step.ok === false ? ", failed" : ""}${step.detail === null ? "" : `: ${step.detail}`}`])))}
${blocks.length > 0 && html`<details><summary>Order of each block</summary>${blocks.map(({ block, order }) => html`<p><strong>Block ${block}</strong></p><ol>${order.map((id) => html`<li>${id}</li>`)}</ol>`)}</details>`}`;
}

export function reproduce({ campaign }: Loaded): Html {
  return html`<p>On a machine that can run the stack:</p><pre><code>${reproduceCommand(campaign)}</code></pre>
<p class="muted">guestbench ${campaign.toolVersion}. The seed fixes the order of measuring; the figures above are computed from <a href="../journal.jsonl">the journal</a> and come out the same with <code>guestbench report ${campaign.id}</code>.</p>`;
}

export function reproduceCommand(campaign: Loaded["campaign"]): string {
  const { budgetMs } = campaign;
  const budget =
    budgetMs === null
      ? []
      : ["--budget", budgetMs % 60_000 === 0 ? `${budgetMs / 60_000}m` : `${Math.round(budgetMs / 1000)}s`];
  const words = [
    ...["npx", "guestbench", "run", ...campaign.specs.map((spec) => spec.name)],
    ...["--stack", campaign.stack, "--seed", campaign.seed],
    ...["--min-boots", String(campaign.minBoots), "--max-boots", String(campaign.maxBoots), ...budget],
    ...(campaign.quick ? ["--quick"] : []),
  ];
  return words.map((word) => (/^[\w./=:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
