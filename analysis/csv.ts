/**
 * samples.csv (RFC 4180): every sample with its labels. Text that a spreadsheet would take for a formula
 * (it begins with = + - @, a tab or a carriage return) gets an apostrophe in front; numbers are left as they are.
 */
import type { Loaded } from "./load.ts";
import type { Summary } from "./summary.ts";

const header = [
  "campaign",
  "cell",
  "guest",
  "platform",
  "image",
  "accelerator",
  "functional_only",
  "spec",
  "workload",
  "label",
  "metric",
  "primary",
  "unit",
  "direction",
  "block",
  "boot",
  "run",
  "attempt",
  "value",
  "outlier",
  "metadata",
  "at",
] as const;

/** One row at a time: there may be millions. */
export function* samplesCsv(loaded: Loaded, summary: Summary): Generator<string> {
  const cells = new Map(summary.cells.map((cell) => [cell.id, cell]));
  const outliers = new Set<string>();
  for (const cell of summary.cells) {
    for (const series of [cell, ...cell.secondary])
      for (const { run, value, outlier } of series.values)
        if (outlier) outliers.add(JSON.stringify([run, series.metric, value]));
  }
  yield line(header);
  for (const row of loaded.samples) {
    const guest = loaded.campaign.guests[row.guest];
    const cell = cells.get(row.cell);
    yield line([
      loaded.campaign.id,
      row.cell,
      row.guest,
      guest?.platform ?? "",
      guest?.image ?? "",
      guest?.accelerator ?? "",
      cell?.functionalOnly ?? "",
      row.spec,
      row.workload,
      row.label,
      row.metric,
      row.primary,
      row.unit,
      row.primary ? (cell?.direction ?? "") : "",
      row.block,
      row.boot ?? "",
      row.run,
      row.attempt,
      row.value,
      outliers.has(JSON.stringify([row.run, row.metric, row.value])),
      Object.keys(row.metadata).length > 0 ? JSON.stringify(row.metadata) : "",
      row.at,
    ]);
  }
}

function line(row: readonly (string | number | boolean)[]): string {
  return `${row.map(field).join(",")}\r\n`;
}

function field(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text !== value ? `"${text.replaceAll('"', '""')}"` : text;
}
