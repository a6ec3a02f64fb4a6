/**
 * What a host setting is: a knob of the host that a stack may set for as long as it is up, such as the CPU governor.
 * One file per setting, one line in index.ts.
 *
 * A host is reached by POSIX shell scripts that the caller runs there, so a setting is data and shell: what it is made of
 * (`probe`), and what is wanted of each part (`apply`), as lines of path, tab, value. Reading, writing, recording,
 * putting back and comparing are the same for all of them (shell.ts, object.ts, drift.ts); a setting that is more than
 * files brings functions of its own.
 */
import type { z } from "zod";

/** What a probe found of one setting. */
export interface Found {
  /** Path (or another name of a part) → value, as it would be written back. */
  values: Record<string, string>;
  /** Those of them that cannot be changed on this host. */
  readOnly: string[];
}

export interface Setting<S extends z.ZodType = z.ZodType> {
  /** Key in the stack's `host.settings`. */
  name: string;
  /** In a sentence: "this host has no …". */
  title: string;
  /** The wanted value; unit in the name or the description. */
  schema: S;
  /** Shell that changes nothing and prints the lines of everything that bears on the setting; nothing where the host lacks it. */
  probe: string;
  /** Shell that changes nothing and prints a line for each part the wanted value asks for; run on the host each time. */
  apply(wanted: z.output<S>, stack: string): string;
  /** Shell functions instead of those in shell.ts: `get` and `put` for parts that are no files, `holds` for bounds. */
  functions?: string;
  /** Single parts may refuse to be set, such as an interrupt that the kernel manages; they are left as they are, and that is said. */
  mayRefuse?: boolean;
  /** Why this host cannot have the wanted value; null where it can. */
  lacks(wanted: z.output<S>, found: Found): string | null;
  /** The found values as a person would say them. */
  describe(values: Found["values"]): string;
}

export function defineSetting<S extends z.ZodType>(setting: Setting<S>): Setting<S> {
  return setting;
}

/** Values with how often each is found: `60`, `powersave × 32`, `CPU 0-31 × 12, CPU 3 × 1`. */
export function summary(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (values.length === 1) return values[0] ?? "";
  return [...counts].map(([value, count]) => `${value} × ${count}`).join(", ");
}
