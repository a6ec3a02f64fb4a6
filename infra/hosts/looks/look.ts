/**
 * A look at one side of a host: a shell command that prints one line per thing and changes nothing. It ends with another
 * exit code than 0 where it could not look; a tool or daemon that the host does not have is nothing to look at.
 */
import { quote } from "../shell.ts";

export interface Look {
  command: string;
  /** Each line is `path = value`: a difference is a changed value, not a thing that came or went. */
  settings?: boolean;
  /** Every line is the stack's own. */
  own?: boolean;
  /** What takes the thing of a line away, or puts the value of a path back; null: the path was not there, or is not. */
  remedy(line: string, was: string | null, is: string | null): string;
}

/** The remedy of settings that are files: the value found is written to it. */
export function writeBack(path: string, was: string | null): string {
  return was === null ? `# ${path} was not there before` : `echo ${quote(chosen(was))} >${path}`;
}

/** Of a choice such as `always [madvise] never` the chosen word, else the whole value. */
export function chosen(value: string): string {
  return /\[([^\]]+)\]/.exec(value)?.[1] ?? value.trim();
}

/** Shell words that print `path = value` for every file of the patterns that can be read; several lines for several. */
export function readFiles(patterns: readonly string[]): string {
  return `grep -s '' /dev/null ${patterns.join(" ")} | sed 's/:/ = /'`;
}

/** The n-th word of a line. */
export function word(line: string, n = 0): string {
  return line.split(" ")[n] ?? "";
}
