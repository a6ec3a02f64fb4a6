/** Words for what is wrong in a stack file: the field, what was expected there, and what was found. */
import type { z } from "zod";
import { nearest } from "./nearest.ts";

type Path = readonly PropertyKey[];

/** A field as one would write it: guests["standardvm.kvm"].memoryMiB. */
export function fieldOf(path: Path): string {
  return path
    .map((key, index) =>
      /^[a-zA-Z]\w*$/.test(String(key)) ? `${index ? "." : ""}${String(key)}` : `["${String(key)}"]`,
    )
    .join("");
}

/** One line of a report: file, field, message; a problem of the whole file has no field. */
export function problemLine(file: string, path: Path, message: string): string {
  return [file, fieldOf(path), message].filter(Boolean).join(": ");
}

const NOUNS: Record<string, string> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  object: "an object of fields",
  record: "an object of named entries",
};

const UNITS: [suffix: RegExp, hint: string][] = [
  [/MiB$/, " (in MiB, such as 1024)"],
  [/Ms$/, " (in milliseconds)"],
];

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

const expected = (what: string, input: unknown) =>
  input === undefined ? `missing: expected ${what}` : `expected ${what}, not ${show(input)}`;

const list = (values: readonly unknown[]) => values.map((value) => show(value)).join(" or ");

function unknownField(key: string, known: readonly string[]): string {
  const guess = nearest(key, known);
  return `unknown field "${key}"${guess === null ? "" : `; did you mean "${guess}"?`} (known: ${known.join(", ")})`;
}

const fieldsOf = (schema: unknown): string[] => Object.keys((schema as { shape?: object } | undefined)?.shape ?? {});

function discriminated(issue: z.core.$ZodRawIssue & { discriminator: string }): string {
  const { options = [] } = issue.inst as { options?: readonly z.core.$ZodType[] };
  const known = options.flatMap((option) => [...(option._zod.propValues?.[issue.discriminator] ?? [])]);
  return expected(list(known), (issue.input as Record<string, unknown> | undefined)?.[issue.discriminator]);
}

/** zod's error map for stack files; a message that a schema brings along goes first. */
export const wording: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  const hint = UNITS.find(([suffix]) => suffix.test(String(issue.path?.at(-1))))?.[1] ?? "";
  switch (issue.code) {
    case "invalid_type":
      return expected(`${NOUNS[issue.expected] ?? issue.expected}${hint}`, input);
    case "too_small":
      return `expected at least ${issue.minimum}${hint}, not ${show(input)}`;
    case "too_big":
      return `expected at most ${issue.maximum}${hint}, not ${show(input)}`;
    case "invalid_value":
      return expected(list(issue.values), input);
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownField(key, fieldsOf(issue.inst))).join("; ");
    case "invalid_union":
      return "discriminator" in issue ? discriminated(issue as Parameters<typeof discriminated>[0]) : undefined;
    case "invalid_key":
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
};
