/** The matrix of what is supported, for people, for programs and for the README. */
import { matrixAnywhere, matrixHere, matrixOf } from "../../infra/matrix.ts";
import { loadStack } from "../../infra/provision.ts";
import { workloads } from "../workloads/index.ts";
import type { MatrixOptions } from "./matrix.ts";
import { columns, print, printJson } from "./output.ts";
import { cellsOf, type Line, linesOf, statusWords, supportTable } from "./support.ts";

export async function showMatrix({ stack, json, markdown }: MatrixOptions): Promise<void> {
  if (markdown) return print(supportTable(matrixAnywhere(), workloads));
  const combinations = stack === undefined ? matrixHere() : matrixOf(await loadStack(stack));
  if (json) return printJson(cellsOf(combinations, workloads));
  if (stack !== undefined) {
    const rows = combinations.map((one) => [one.guest ?? "", ...linesOf([one], workloads).flatMap(row)]);
    return print(columns(rows));
  }
  const lines = linesOf(combinations, workloads);
  for (const [status, words] of Object.entries(statusWords)) {
    const rows = lines.filter((line) => line.status === status).map(row);
    if (rows.length > 0) print(`${words}\n${columns(rows, "  ")}\n`);
  }
}

function row({ platforms, images, networks, runsOn, reason, skipped, status }: Line): string[] {
  const where = runsOn.length > 0 ? runsOn.join(", ") : statusWords[status];
  const notes = [reason, skipped.length > 0 ? `not measured: ${skipped.join(", ")}` : null];
  return [
    platforms.join(", "),
    images.join(", "),
    networks.join(", "),
    where,
    notes.filter((note) => note !== null).join("; "),
  ];
}
