/** Differences of environments as Markdown: a table per group, long texts as diff blocks. */
import { type EnvironmentDiff, groups, groupTitles, labelOf } from "../../../infra/environment/index.ts";
import { count } from "../output.ts";

export function markdown(a: string, b: string, { differences, notCompared }: EnvironmentDiff): string {
  const total = differences.length === 0 ? "no difference" : count(differences.length, "difference");
  const parts = [`**${cell(a)} → ${cell(b)}**: ${total}`];
  for (const group of groups) {
    const own = differences.filter((difference) => difference.group === group);
    if (own.length === 0) continue;
    parts.push(`### ${groupTitles[group]}`);
    const rows = own.filter(({ lines }) => lines === null);
    if (rows.length > 0)
      parts.push(
        [
          `| what | ${cell(a)} | ${cell(b)} |`,
          "|---|---|---|",
          ...rows.map(
            ({ path, before, after }) =>
              `| ${[labelOf(path), before ?? "none", after ?? "none"].map(cell).join(" | ")} |`,
          ),
        ].join("\n"),
      );
    for (const { path, lines } of own) if (lines !== null) parts.push(`${cell(labelOf(path))}\n\n${block(lines)}`);
  }
  if (notCompared.length > 0)
    parts.push(`Not compared, as one side was captured while its stack was down: ${notCompared.join(", ")}.`);
  return parts.join("\n\n");
}

/** Text in a table's cell: nothing in it is Markdown or HTML. */
function cell(text: string): string {
  return text.replace(/[\\`*_[\]<>|~#]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

/** A fence longer than any in the text. */
function block(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}diff`, ...lines, fence].join("\n");
}
