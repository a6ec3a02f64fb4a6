/** The plan of a run, for people and for programs. */
import { join } from "node:path";
import { hostNotes, preview } from "../../infra/provision.ts";
import { localDir } from "../../infra/toolchain/paths.ts";
import { blocksOf, Estimates, forecast } from "../campaign/estimates.ts";
import type { Plan } from "../campaign/plan.ts";
import { findWorkload } from "../workloads/index.ts";
import { explain } from "./fail.ts";
import type { PlanOptions } from "./options.ts";
import { about, columns, count, duration, print, printJson } from "./output.ts";
import { prepare } from "./prepare.ts";
import { chooseProgress } from "./progress.ts";
import { engineNews } from "./testbed-steps.ts";

export async function showPlan(specs: readonly string[], options: PlanOptions): Promise<void> {
  const stopRule = {
    ...(options.minBoots === undefined ? {} : { minBoots: options.minBoots }),
    ...(options.maxBoots === undefined ? {} : { maxBoots: options.maxBoots }),
  };
  const prepared = await prepare({ command: "plan", needsRoot: false, stack: options.stack, specs, stopRule });
  const { plan } = prepared;
  const estimates = new Estimates(join(localDir(), "estimates.json"));
  const { minBoots, maxBoots } = plan.stopRule;
  const cast = (blocks: number) =>
    forecast(blocksOf(plan.cells, blocks), options.stack, prepared.alwaysOn, findWorkload, estimates);
  const [least, most] = [cast(minBoots), cast(maxBoots)];
  const fixedMs = ["up", "destroy"].reduce((ms, step) => ms + (estimates.get(`${options.stack}/${step}`) ?? 0), 0);
  const changes = await chooseProgress({ json: true }).step("Preview of the stack", 8_000, (news) =>
    preview(options.stack, { onProgress: engineNews(news) }).then(
      (result) => result.changes,
      (error: Error) => error,
    ),
  );
  if (options.json) {
    const { cells, skipped } = plan;
    const budgetMs = options.budget ?? null;
    const previewed = changes instanceof Error ? { error: explain(changes) } : { changes };
    printJson({
      ...{ stack: options.stack, specs: plan.specs.map((spec) => spec.name), seed: options.seed ?? null },
      ...{ stopRule: plan.stopRule, budgetMs, cells, skipped, forecast: { least, most }, preview: previewed },
    });
    return;
  }
  for (const note of hostNotes(prepared.stack)) print(`note: ${note}`);
  print(cellTable(plan));
  if (plan.skipped.length > 0) print(`\nSkipped\n${columns(skippedRows(plan), "  ")}`);
  const budget = options.budget === undefined ? "" : `, but no longer than ${duration(options.budget)}`;
  const until = minBoots === maxBoots ? "" : `, until its 95 % interval is within ±${plan.stopRule.precision * 100} %`;
  print(`
Every cell in ${range(minBoots, maxBoots)} boots${until}
Boots     ${range(least.boots, most.boots)}
Runs      ${range(least.runs, most.runs)}
Measuring ${range(about(least.durationMs), about(most.durationMs))}${budget}
Up, down  ${fixedMs > 0 ? about(fixedMs) : "not measured on this machine yet"}
Preview   ${changes instanceof Error ? `not available: ${explain(changes)}` : previewText(changes)}`);
}

function range(least: string | number, most: string | number): string {
  return least === most ? `${least}` : `${least} to ${most}`.replace(/ to about /, " to ");
}

/** Guests down, labels across would be wider than a terminal: one line per workload, its guests behind it. */
function cellTable(plan: Plan): string {
  const lines = plan.specs.flatMap((spec) => {
    const own = plan.cells.filter((cell) => cell.spec === spec.name);
    const labels = [...new Set(own.map((cell) => cell.label))];
    const rows = labels.map((label) => {
      const cells = own.filter((cell) => cell.label === label);
      return [label, cells[0]?.unit ?? "", cells.map((cell) => cell.guest).join(" ")];
    });
    return [`${spec.name}: ${spec.title} (${count(own.length, "cell")})`, columns(rows, "  ")];
  });
  return lines.filter((line) => line !== "").join("\n");
}

function skippedRows(plan: Plan): string[][] {
  const rows = new Map<string, string[]>();
  for (const { guest, label, reason } of plan.skipped) rows.set(`${guest}|${label}|${reason}`, [guest, label, reason]);
  return [...rows.values()];
}

function previewText(changes: Record<string, number>): string {
  const parts = Object.entries(changes).map(([operation, n]) => `${n} ${operation}`);
  return parts.length === 0 ? "no resources" : parts.join(", ");
}
