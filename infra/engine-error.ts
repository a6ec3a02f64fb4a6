/** What the engine's output says went wrong, in as few lines as that takes. */
import { InfraError } from "./errors.ts";

/** A failed command's error quotes its whole script; what it said for itself comes after that, and before. */
const COMMAND_FAILED = /^error: (.+): running ".*":$/;
/** Said of the whole when a part has failed, which is said with that part. */
const EMPTY_WORDS = ["error: update failed", "error: preview failed", "error: destroy failed"];
const MOST_LINES = 12;

/** Diagnostics of one resource: the heading `type (name):` and the indented lines under it. */
function diagnosticsOf(lines: readonly string[]): { name: string; lines: string[] }[] {
  const blocks: { name: string; lines: string[] }[] = [];
  for (const line of lines) {
    const heading = /^ {2}\S+ \((.+)\):$/.exec(line);
    if (heading) blocks.push({ name: heading[1] ?? "", lines: [] });
    else if (/^ {4}/.test(line)) blocks.at(-1)?.lines.push(line.slice(4).trimEnd());
    else if (/^\S/.test(line)) break;
  }
  return blocks;
}

/** The cause of one resource's failure: a command's own words where it left any, else how it ended. */
function causeOf(lines: readonly string[]): string[] {
  const words = lines.filter((line) => line !== "" && !EMPTY_WORDS.includes(line.trim()));
  const ending = words.findIndex((line) => COMMAND_FAILED.test(line));
  if (ending < 0) return words.map((line) => line.replace(/^error: /, ""));
  const said = words.slice(ending + 1);
  return said.length > 0 ? said : [COMMAND_FAILED.exec(words[ending] ?? "")?.[1] ?? ""];
}

/** The error to show for a failed engine run, made from what the engine printed without colours; pure. */
export function engineError(step: string, output: string, cause?: unknown): InfraError {
  const lines = output.split("\n");
  const start = lines.findIndex((line) => line.startsWith("Diagnostics:"));
  const problems = diagnosticsOf(start < 0 ? [] : lines.slice(start + 1))
    .filter(({ lines: words }) => words.some((line) => line.startsWith("error: ")))
    .map(({ name, lines: words }) => ({ name, cause: causeOf(words) }))
    .filter(({ cause: words }) => words.length > 0)
    .map(({ name, cause: words }) => {
      const shown = words.slice(-MOST_LINES).map((line) => (line.length > 300 ? `${line.slice(0, 299)}…` : line));
      return `${name}: ${shown.join("\n    ")}`;
    });
  const last = problems.length > 0 ? problems : lastWords(lines, cause);
  return new InfraError(`pulumi ${step} failed${last.map((problem) => `\n  ${problem}`).join("")}`, { cause });
}

/** Where the engine ended before it could sum up: its last error, or what its process left behind. */
function lastWords(lines: readonly string[], cause: unknown): string[] {
  const errors = (text: readonly string[]) => text.filter((line) => /^\s*(error|panic): /.test(line));
  const found = errors(lines);
  return (found.length > 0 ? found : errors(String((cause as Error)?.message ?? "").split("\n")))
    .slice(-3)
    .map((line) => line.trim().replace(/^error: /, ""));
}
