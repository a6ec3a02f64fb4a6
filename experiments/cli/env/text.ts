/** Differences of environments for a terminal: grouped, most consequential first, long ones folded. */
import { relative } from "node:path";
import {
  type EnvironmentDiff,
  type EnvironmentDifference,
  groups,
  groupTitles,
  labelOf,
} from "../../../infra/environment/index.ts";
import { columns, count } from "../output.ts";

export function diffText(a: string, b: string, found: EnvironmentDiff): string {
  const total = found.differences.length;
  const verdict = total === 0 ? "no difference" : count(total, "difference");
  return `${a} → ${b}: ${verdict}\n${differenceList(found)}`.trimEnd();
}

/** Short where the file lies below the working directory. */
export function shownPath(file: string): string {
  const below = relative(process.cwd(), file);
  return below.startsWith("..") ? file : below;
}

/** `none` is said where nothing differs. */
export function differenceList({ differences, notCompared }: EnvironmentDiff, none = ""): string {
  const parts = groups.flatMap((group) => {
    const own = differences.filter((difference) => difference.group === group);
    return own.length === 0 ? [] : [`\n${groupTitles[group]}\n${ofGroup(own)}`];
  });
  if (differences.length === 0 && none !== "") parts.push(none);
  const missing = notCompared.map((group) => groupTitles[group].toLowerCase());
  if (missing.length > 0)
    parts.push(`\nNot compared, as one side was captured while its stack was down: ${missing.join(", ")}.`);
  return parts.join("\n").replace(/^\n/, "");
}

/** Of many siblings (packages, CPU flags) the first are shown; JSON and Markdown hold all. */
const SHOWN = 12;
const LONGEST = 100;

function ofGroup(differences: readonly EnvironmentDifference[]): string {
  const siblings = Map.groupBy(differences, ({ path }) => path.slice(0, -1).join("\0"));
  const blocks: string[] = [];
  for (const family of siblings.values()) {
    const plain = family.filter(({ lines }) => lines === null);
    const rows = plain.slice(0, SHOWN).map((difference) => [labelOf(difference.path), change(difference)]);
    if (rows.length > 0) blocks.push(columns(rows, "  "));
    if (plain.length > SHOWN) blocks.push(`  … and ${plain.length - SHOWN} more beside them (--json shows all)`);
    for (const { path, lines } of family) if (lines !== null) blocks.push(listed(labelOf(path), lines));
  }
  return blocks.join("\n");
}

function listed(label: string, lines: readonly string[]): string {
  const shown = lines.slice(0, SHOWN).map((line) => `    ${short(line)}`);
  if (lines.length > SHOWN) shown.push(`    … and ${lines.length - SHOWN} more lines (--json shows all)`);
  return [`  ${label}`, ...shown].join("\n");
}

const short = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

function change({ before, after }: EnvironmentDifference): string {
  return `${short(before ?? "none")} → ${short(after ?? "none")}`;
}
