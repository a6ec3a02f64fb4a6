/** The rows of every table: one per spec and parametrised workload, with its cells by guest, in the order planned. */
import type { CellSummary, Summary } from "./summary.ts";

export interface WorkloadRow {
  /** Usable as an HTML id and a file name; unique in the campaign. */
  slug: string;
  spec: string;
  workload: string;
  label: string;
  /** Empty where every guest was skipped. */
  unit: string;
  direction: CellSummary["direction"] | null;
  cells: Map<string, CellSummary>;
  /** Reasons by guest. */
  skipped: Map<string, string>;
}

export function workloadsOf(summary: Summary): WorkloadRow[] {
  const rows = new Map<string, WorkloadRow>();
  const rowOf = (item: { spec: string; workload: string; label: string }) => {
    const key = JSON.stringify([item.spec, item.workload, item.label]);
    let row = rows.get(key);
    if (!row) {
      const { spec, workload, label } = item;
      row = { slug: "", spec, workload, label, unit: "", direction: null, cells: new Map(), skipped: new Map() };
      rows.set(key, row);
    }
    return row;
  };
  for (const cell of summary.cells) {
    const row = rowOf(cell);
    row.unit = cell.unit;
    row.direction = cell.direction;
    row.cells.set(cell.guest, cell);
  }
  for (const skip of summary.skipped) rowOf(skip).skipped.set(skip.guest, skip.reason);
  const order = new Map(summary.specs.map((spec, i) => [spec, i]));
  const sorted = [...rows.values()].sort((a, b) => (order.get(a.spec) ?? 0) - (order.get(b.spec) ?? 0));
  const taken = new Set<string>();
  for (const row of sorted) row.slug = uniqueSlug(`${row.spec}-${row.label}`, taken);
  return sorted;
}

function uniqueSlug(text: string, taken: Set<string>): string {
  const plain =
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 80) || "workload";
  let slug = plain;
  for (let i = 2; taken.has(slug); i++) slug = `${plain}-${i}`;
  taken.add(slug);
  return slug;
}
