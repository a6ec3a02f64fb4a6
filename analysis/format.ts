/** How numbers, durations and times are written, the same in the page and in the terminal. */

/** Three significant digits (or as many as asked), no exponent between 10⁻⁶ and 10⁹; whole numbers below 10⁴ keep all theirs. */
export function number(value: number, digits = 3): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-6) return value.toExponential(digits - 1);
  if (size >= 10 ** digits) return size >= 1e4 ? grouped(Number(value.toPrecision(digits))) : String(Math.round(value));
  const text = value.toPrecision(digits);
  return text.includes("e") ? String(Math.round(value)) : text;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function quantity(value: number, unit: string): string {
  return `${number(value)}\u00a0${unit}`;
}

export function interval(range: { low: number; high: number }): string {
  return `[${number(range.low)}, ${number(range.high)}]`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1000);
  if (minutes < 60) return `${minutes} min ${seconds} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 2026-03-04 05:06:07 UTC */
export function instant(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}

/** Rows as lines, with columns as wide as their widest cell; "numeric": what follows the first column ends on the right. */
export function aligned(rows: readonly (readonly string[])[], kind: "text" | "numeric" = "text"): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const placed = (cell: string, i: number) =>
    kind === "numeric" && i > 0 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
  return rows.map((row) => row.map(placed).join("  ").trimEnd());
}
