/** The plan of a run, for people and for programs. */
import { join } from "node:path";
import { hostNotes, preview, type Stack } from "../../infra/provision.ts";
import { localDir } from "../../infra/toolchain/paths.ts";
import { blocksOf, Estimates, forecast } from "../campaign/estimates.ts";
import type { Plan } from "../campaign/plan.ts";
import { specs as everySpec } from "../specs/index.ts";
import { findWorkload } from "../workloads/index.ts";
import { explain } from "./fail.ts";
import type { PlanOptions } from "./options.ts";
import { about, columns, count, duration, print, printJson } from "./output.ts";
import { prepare } from "./prepare.ts";
import { chooseProgress } from "./progress.ts";
import { engineNews } from "./testbed-steps.ts";

export async function showPlan(named: readonly string[], options: PlanOptions): Promise<void> {
  const stopRule = {
    ...(options.minBoots === undefined ? {} : { minBoots: options.minBoots }),
    ...(options.maxBoots === undefined ? {} : { maxBoots: options.maxBoots }),
  };
  const specs = named.length > 0 ? named : everySpec.map((spec) => spec.name);
  const request = {
    command: "plan",
    needsRoot: false,
    stack: options.stack,
    specs,
    stopRule,
    quick: options.quick ?? false,
    believe: true,
  } as const;
  const prepared = await prepare(request);
  const { plan, assumed } = prepared;
  const estimates = new Estimates(join(localDir(), "estimates.json"));
  const { minBoots, maxBoots } = plan.stopRule;
  const cast = (blocks: number) =>
    forecast(blocksOf(plan.cells, blocks), options.stack, prepared.alwaysOn, findWorkload, estimates);
  const [least, most] = [cast(minBoots), cast(maxBoots)];
  const fixedMs = ["up", "destroy"].reduce((ms, step) => ms + (estimates.get(`${options.stack}/${step}`) ?? 0), 0);
  const changes = assumed === null ? await previewed(options.stack) : null;
  if (options.json) {
    const { cells, skipped } = plan;
    const budgetMs = options.budget ?? null;
    const preview = changes instanceof Error ? { error: explain(changes) } : { changes };
    printJson({
      ...{ stack: options.stack, assumed, specs: plan.specs.map((spec) => spec.name), seed: options.seed ?? null },
      ...{ stopRule: plan.stopRule, budgetMs, cells, skipped, forecast: { least, most }, preview },
    });
    return;
  }
  if (assumed !== null) print(`${believed(prepared.stack, assumed)}\n`);
  else for (const note of hostNotes(prepared.stack)) print(`note: ${note}`);
  print(plan.cells.length > 0 ? cellTable(plan) : "No guest of this stack can run today.");
  if (plan.skipped.length > 0) print(`\nSkipped\n${columns(skippedRows(plan), "  ")}`);
  if (plan.cells.length === 0) return;
  const budget = options.budget === undefined ? "" : `, but no longer than ${duration(options.budget)}`;
  const until = minBoots === maxBoots ? "" : `, until its 95 % interval is within ±${plan.stopRule.precision * 100} %`;
  print(`
Every cell in ${range(minBoots, maxBoots)} ${maxBoots === 1 ? "boot" : "boots"}${until}
Boots     ${range(least.boots, most.boots)}
Runs      ${range(least.runs, most.runs)}
Measuring ${range(about(least.durationMs), about(most.durationMs))}${budget}
Up, down  ${fixedMs > 0 ? about(fixedMs) : "not measured on this machine yet"}
Preview   ${changes === null ? "left out: Pulumi's preview asks the host" : previewText(changes)}`);
}

function previewed(stack: string): Promise<Record<string, number> | Error> {
  return chooseProgress({ json: true }).step("Preview of the stack", 8_000, (news) =>
    preview(stack, { onProgress: engineNews(news) }).then(
      (result) => result.changes,
      (error: Error) => error,
    ),
  );
}

/** What the plan rests on where the host was not asked. */
function believed({ name, host: { declared } }: Stack, reason: string): string {
  const first = `planned from what stacks/${name}.ts declares; the host was not asked: ${reason}`;
  if (!declared) return first;
  const { cpus, cpuModel, architecture, memoryMiB, accelerator, os, kernel, notes } = declared;
  const size = `${cpus} × ${cpuModel ?? "CPU (not named)"}, ${architecture}, ${memoryMiB} MiB`;
  const software = [os, kernel && `Linux ${kernel}`, `accelerator: ${accelerator}`].filter(Boolean).join(", ");
  return [
    first,
    "",
    columns([size, software, ...notes].map((text, index) => [index === 0 ? "Declared" : "", text])),
  ].join("\n");
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

/** One row for each guest and reason: a guest that cannot run at all does not name every workload. */
function skippedRows({ cells, skipped }: Plan): string[][] {
  const rows = new Map<string, { guest: string; labels: Set<string>; reason: string }>();
  for (const { guest, label, reason } of skipped) {
    const key = `${guest}|${reason}`;
    const row = rows.get(key) ?? { guest, labels: new Set(), reason };
    rows.set(key, { ...row, labels: row.labels.add(label) });
  }
  const every = new Set([...cells, ...skipped].map(({ label }) => label)).size;
  return [...rows.values()].map(({ guest, labels, reason }) => [
    guest,
    labels.size === every ? "everything" : [...labels].join(", "),
    reason,
  ]);
}

function previewText(changes: Record<string, number> | Error): string {
  if (changes instanceof Error) return `not available: ${explain(changes)}`;
  const parts = Object.entries(changes).map(([operation, n]) => `${n} ${operation}`);
  return parts.length === 0 ? "no resources" : parts.join(", ");
}
