/** Reads what the probe's script printed: sections, and within them lines of `path:value` or `name<tab>value`. */
import { InfraError } from "../errors.ts";

export type Sections = (name: string) => string[];

/** Lines of each section; an empty list for one with nothing in it. Throws an InfraError where the end is missing. */
export function readSections(text: string): Sections {
  const sections = new Map<string, string[]>();
  for (const part of text.split(/^== /m).slice(1)) {
    const [name = "", ...lines] = part.split("\n");
    sections.set(
      name,
      lines.map((line) => line.trim()).filter((line) => line !== ""),
    );
  }
  if (!sections.has("end")) throw new InfraError("the look at the host's environment did not finish");
  return (name) => sections.get(name) ?? [];
}

/** `path:value` lines; a path that lists several lines gives several entries. */
export function pathValues(lines: readonly string[]): [path: string, value: string][] {
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
}

/** The same by the last part of the path. */
export function byFileName(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(pathValues(lines).map(([path, value]) => [path.split("/").at(-1) ?? "", value]));
}

/** Numbers of a list such as 0-3,8. */
export function countOf(list: string): number {
  return list.split(",").reduce((sum, part) => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    return from === undefined ? sum : sum + Number(to) - Number(from) + 1;
  }, 0);
}

/** Codepoint order, the same on every machine; each value once. */
export function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
