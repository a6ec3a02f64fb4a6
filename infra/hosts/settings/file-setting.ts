/** The common case: a setting that is a set of files in /sys or /proc, each of which holds one value. */
import type { z } from "zod";
import { quote } from "../shell.ts";
import { defineSetting, type Found, type Setting, summary } from "./setting.ts";
import { files } from "./shell.ts";

interface FileSetting<S extends z.ZodType> {
  name: string;
  title: string;
  schema: S;
  /** The files, as shell patterns. */
  files: readonly string[];
  /** What each of them has to hold; null leaves those of a pattern as they are. */
  value(wanted: z.output<S>, pattern: string): string | null;
  /** Pattern of the files that list the possible values, where the kernel has such. */
  choices?: string;
  /** Wanted value that a host without the files fulfils. */
  absent?: z.output<S>;
  /** Files that the kernel may move along with these: found values are recorded before and put back after. */
  moves?: string;
  /** Value → word for a person, or the whole sentence. */
  words?: Record<string, string>;
  describe?: Setting["describe"];
}

/** Those entries whose path is one of the pattern's. */
export function matching(values: Found["values"], pattern: string): [path: string, value: string][] {
  const literal = pattern.split(/\*|\[[^\]]*\]\*?/).map((part) => part.replace(/[.+]/g, "\\$&"));
  const matcher = new RegExp(`^${literal.join("[^/]*")}$`);
  return Object.entries(values).filter(([path]) => matcher.test(path));
}

export function fileSetting<S extends z.ZodType>(definition: FileSetting<S>): Setting<S> {
  const { files: patterns, value, choices, absent, moves, words = {}, ...given } = definition;
  const parts = (values: Found["values"]) => patterns.flatMap((pattern) => matching(values, pattern));
  return defineSetting({
    probe: [`show ${files(...patterns)}`, ...(choices ? [`fact ${files(choices)}`] : [])].join("\n"),
    apply: (wanted) =>
      [
        ...(moves ? [`want '*' ${files(moves)}`] : []),
        ...patterns.flatMap((pattern) => {
          const text = value(wanted, pattern);
          return text === null ? [] : [`want ${quote(text)} ${files(pattern)}`];
        }),
      ].join("\n"),
    lacks(wanted, { values, readOnly }) {
      if (parts(values).length === 0) return wanted === absent ? null : `this host has no ${given.title}`;
      for (const pattern of patterns) {
        const text = value(wanted, pattern);
        const locked = matching(values, pattern).find(([path, now]) => readOnly.includes(path) && now !== text);
        if (text !== null && locked) return `${locked[0]} is ${locked[1]} and read-only on this host`;
        const offered = choices ? matching(values, choices).map(([, list]) => list.split(" ")) : [];
        const missing = text === null ? undefined : offered.find((list) => !list.includes(text));
        if (missing) return `this host's ${given.title} cannot be ${text} (it can be ${missing.join(", ")})`;
      }
      return null;
    },
    describe: (values) => summary(parts(values).map(([, now]) => words[now] ?? now)),
    ...given,
  });
}
