/** A comparison for a terminal: one line for each cell, what changed first. */
import { aligned, interval, number, plural } from "../format.ts";
import type { CellComparison, Change } from "./compare.ts";

const order: readonly Change[] = ["worse", "better", "same", "no difference shown", "not compared"];

export function comparisonText(cells: readonly CellComparison[]): string {
  const sorted = cells.toSorted(
    (a, b) => order.indexOf(a.change) - order.indexOf(b.change) || distance(b) - distance(a),
  );
  const twice = new Set(cells.map(({ spec }) => spec)).size > 1;
  const head = ["Change", "Guest", "Cell", "First", "Second", "Ratio, 95 % interval", ""];
  const rows = sorted.map((cell) => [
    cell.change,
    cell.guest,
    `${twice ? `${cell.spec}: ` : ""}${cell.label}, ${cell.unit}`,
    cell.before === null ? "–" : number(cell.before),
    cell.after === null ? "–" : number(cell.after),
    cell.ratio === null ? "–" : `${number(cell.ratio)}${cell.interval === null ? "" : ` ${interval(cell.interval)}`}`,
    cell.note ?? "",
  ]);
  const counted = order.flatMap((change) => {
    const found = cells.filter((cell) => cell.change === change).length;
    return found === 0 ? [] : [`${found} ${change}`];
  });
  const compared = cells.some((cell) => cell.interval !== null);
  const legend = compared
    ? ["", "Ratio: the second's median over the first's. The intervals hold for all cells together."]
    : [];
  return [`${plural(cells.length, "cell")}: ${counted.join(", ")}`, "", ...aligned([head, ...rows]), ...legend].join(
    "\n",
  );
}

const distance = ({ ratio }: CellComparison) => (ratio === null || ratio <= 0 ? 0 : Math.abs(Math.log(ratio)));
