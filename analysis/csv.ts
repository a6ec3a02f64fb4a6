/**
 * samples.csv (RFC 4180): every sample with its labels. Text that a spreadsheet would take for a formula
 * (it begins with = + - @, a tab or a carriage return) gets an apostrophe in front; numbers are left as they are.
 */
import type { Loaded } from "./load.ts";
import type { SampleRow } from "./rows.ts";
import type { CellSummary, Summary } from "./summary.ts";

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

/** One row at a time: there may be millions, most of whose fields are those of their cell and metric. */
export function* samplesCsv(loaded: Loaded, summary: Summary): Generator<string> {
  const cells = new Map(summary.cells.map((cell) => [cell.id, cell]));
  const outliers = outliersIn(summary);
  const beginnings = new Map<string, string>();
  yield `${header.join(",")}\r\n`;
  for (const row of loaded.samples) {
    const key = `${row.cell}\n${row.metric}\n${row.unit}`;
    let beginning = beginnings.get(key);
    if (beginning === undefined) {
      beginning = fields(labelsOf(loaded, cells.get(row.cell), row));
      beginnings.set(key, beginning);
    }
    const outlier = outliers.get(row.run)?.has(`${row.metric}\n${row.value}`) ?? false;
    const metadata = JSON.stringify(row.metadata);
    const own = [
      row.block,
      row.boot ?? "",
      row.run,
      row.attempt,
      row.value,
      outlier,
      metadata === "{}" ? "" : metadata,
    ];
    yield `${beginning},${fields(own)},${row.at}\r\n`;
  }
}

/** Run → metric and value of each of its outliers. */
function outliersIn(summary: Summary): Map<string, Set<string>> {
  const outliers = new Map<string, Set<string>>();
  for (const cell of summary.cells)
    for (const { metric, values } of [cell, ...cell.secondary])
      for (const { run, value, outlier } of values)
        if (outlier) outliers.set(run, (outliers.get(run) ?? new Set()).add(`${metric}\n${value}`));
  return outliers;
}

function labelsOf({ campaign }: Loaded, cell: CellSummary | undefined, row: SampleRow): (string | boolean)[] {
  const guest = campaign.guests[row.guest];
  const [platform, image, accelerator] = [guest?.platform ?? "", guest?.image ?? "", guest?.accelerator ?? ""];
  const direction = row.primary ? (cell?.direction ?? "") : "";
  return [
    ...[campaign.id, row.cell, row.guest, platform, image, accelerator, cell?.functionalOnly ?? ""],
    ...[row.spec, row.workload, row.label, row.metric, row.primary, row.unit, direction],
  ];
}

export function csvText(rows: readonly (readonly (string | number | boolean)[])[]): string {
  return rows.map((row) => `${fields(row)}\r\n`).join("");
}

function fields(values: readonly (string | number | boolean)[]): string {
  return values.map(field).join(",");
}

function field(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text !== value ? `"${text.replaceAll('"', '""')}"` : text;
}
