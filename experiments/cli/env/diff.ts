/** Shows what differs between two environments, for a terminal, a program or an issue. */
import { diffEnvironments } from "../../../infra/environment/index.ts";
import { ConfigError } from "../../../infra/errors.ts";
import type { DiffOptions } from "../env.ts";
import { print, printJson } from "../output.ts";
import { markdown } from "./markdown.ts";
import { resolveOperand } from "./operand.ts";
import { diffText } from "./text.ts";

export async function diff(first: string, second: string, { json, markdown: asMarkdown }: DiffOptions): Promise<void> {
  const results = await Promise.allSettled([resolveOperand(first), resolveOperand(second)]);
  const [a, b] = results.map((result) => (result.status === "fulfilled" ? result.value : null));
  if (!a || !b) throw bothWrong(results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
  const found = diffEnvironments(a.environment, b.environment);
  if (json) printJson({ a: a.title, b: b.title, same: found.differences.length === 0, ...found });
  else print(asMarkdown ? markdown(a.title, b.title, found) : diffText(a.title, b.title, found));
}

/** All problems of the input at once. */
function bothWrong(errors: readonly unknown[]): unknown {
  const wrong = errors.filter((error) => error instanceof ConfigError);
  return wrong.length === errors.length
    ? new ConfigError([...new Set(wrong.flatMap(({ problems }) => problems))])
    : errors[0];
}
