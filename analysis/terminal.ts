/** The table at the end of a run: workloads down, guests across, median and interval; at most 100 columns wide, in several parts where needed. */
import { number } from "./format.ts";
import type { CellSummary, Summary } from "./summary.ts";
import { workloadsOf } from "./workloads.ts";

const WIDTH = 100;
const GAP = "  ";

export function terminalTable(summary: Summary): string {
  const rows = workloadsOf(summary);
  const twice = (label: string) => rows.filter((row) => row.label === label).length > 1;
  const labels = rows.map(
    (row) => `${twice(row.label) ? `${row.spec}: ` : ""}${row.label}${row.unit ? `, ${row.unit}` : ""}`,
  );
  const labelWidth = Math.max(8, ...labels.map((label) => label.length));
  const columns = summary.guests.map((guest) => {
    const cells = rows.map((row) => cellText(row.cells.get(guest.name)));
    const title = `${guest.name}${guest.functionalOnly ? " †" : ""}`;
    return { title, cells, width: Math.max(title.length, ...cells.map((cell) => cell.length)) };
  });
  const parts: (typeof columns)[] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const column of columns) {
    if (used + GAP.length + column.width > WIDTH) {
      parts.push([]);
      used = labelWidth;
    }
    parts.at(-1)?.push(column);
    used += GAP.length + column.width;
  }
  const tables = parts.map((part) => {
    const line = (label: string, texts: string[]) =>
      [label.padEnd(labelWidth), ...texts.map((text, i) => text.padStart(part[i]?.width ?? 0))].join(GAP).trimEnd();
    const head = line(
      "",
      part.map((column) => column.title),
    );
    return [
      head,
      "─".repeat(Math.max(head.length, labelWidth)),
      ...labels.map((label, r) =>
        line(
          label,
          part.map((c) => c.cells[r] ?? ""),
        ),
      ),
    ].join("\n");
  });
  const quick = summary.quick ? ["Quick pass: sizes were cut, no number measures cost."] : [];
  return [summary.completeness.verdict, ...quick, "", tables.join("\n\n"), ...legend(summary)].join("\n");
}

function cellText(cell: CellSummary | undefined): string {
  if (!cell) return "–";
  if (cell.median === null) return cell.failures > 0 ? "failed" : "none";
  return `${number(cell.median)}${spreadOf(cell)}${cell.outliers > 0 ? "*" : ""}${cell.bimodal ? "⁑" : ""}${cell.disturbed.kept > 0 ? "!" : ""}`;
}

/** The farther end of the interval, which need not be symmetric; nothing where there is no interval. */
function spreadOf({ median, interval }: CellSummary): string {
  if (median === null || interval === null) return "";
  const reach = Math.max(interval.high - median, median - interval.low);
  return reach === 0 ? "" : ` ±${number(reach, 2)}`;
}

function legend(summary: Summary): string[] {
  const lines: string[] = [];
  const cells = summary.cells;
  if (cells.some((cell) => spreadOf(cell) !== ""))
    lines.push("±  from the median to the farther end of its 95 % interval over boots");
  const functional = Map.groupBy(
    summary.guests.filter((guest) => guest.functionalOnly),
    (guest) => guest.functionalOnly as string,
  );
  for (const [reason, guests] of functional)
    lines.push(
      `†  functional only, not a measurement of cost: ${guests.map((guest) => guest.name).join(", ")} (${reason})`,
    );
  if (cells.some((cell) => cell.outliers > 0)) lines.push("*  has outliers: marked in the report, not dropped");
  if (cells.some((cell) => cell.bimodal))
    lines.push("⁑  looks like two groups: one median tells little, see the report");
  if (cells.some((cell) => cell.disturbed.kept > 0)) lines.push("!  something else on the host disturbed it");
  lines.push(...differencesOf(summary));
  if (cells.some((cell) => cell.boots >= 2 && cell.intervalNote !== null))
    lines.push("   intervals from fewer than 5 boots are rough");
  if (cells.some((cell) => cell.boots === 1 && cell.stage !== "static")) lines.push("   n = 1: no interval");
  const reasons = Map.groupBy(summary.skipped, (skip) => `${skip.guest}: ${skip.reason}`);
  for (const [reason, skips] of reasons)
    lines.push(`–  skipped, ${reason} (${skips.map((skip) => skip.label).join(", ")})`);
  for (const cell of cells.filter((c) => c.median === null))
    lines.push(
      `   no value: ${cell.guest}, ${cell.label} (${cell.failures > 0 ? `failed ${cell.failures} times` : "not run"})`,
    );
  return lines.length === 0 ? [] : ["", ...lines.flatMap(wrapped)];
}

/** What may be said of ratios to the baseline, in one line. */
function differencesOf({ cells, baseline }: Summary): string[] {
  const compared = cells.filter((cell) => cell.comparison !== null);
  if (compared.length === 0) return [];
  const shown = compared.filter((cell) => cell.comparison?.difference === "different");
  const names = shown.map((cell) => `${cell.guest}, ${cell.label} (${number(cell.ratio?.value ?? 0)} ×)`);
  const which = names.length === 0 ? "none" : names.join("; ");
  return [`×  different from ${baseline}, after correction for ${compared.length} comparisons: ${which}`];
}

/** Breaks a legend line at spaces; what follows is indented. */
function wrapped(line: string): string[] {
  if (line.length <= WIDTH) return [line];
  const at = line.lastIndexOf(" ", WIDTH);
  return at <= 3 ? [line] : [line.slice(0, at), ...wrapped(`   ${line.slice(at + 1)}`)];
}
