/** Options that several commands share, and how their values are read. */
import { type Command, InvalidArgumentError } from "commander";

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** 90s, 30m, 1.5h. */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)$/.exec(text) ?? [];
  const ms = Number(number) * (unitsMs[unit ?? ""] ?? Number.NaN);
  if (!(ms > 0)) throw new InvalidArgumentError("Expected a duration such as 90s, 30m or 2h.");
  return ms;
}

export function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 10_000)
    throw new InvalidArgumentError("Expected a whole number from 1 to 10000.");
  return value;
}

export function parseSeed(text: string): string {
  if (!/^[\w.-]{1,64}$/.test(text))
    throw new InvalidArgumentError("Expected 1 to 64 letters, digits, dots, dashes or underscores.");
  return text;
}

export interface StackOptions {
  stack: string;
  json?: true;
}

/** Of commands that hold the stack's host. */
export interface HoldOptions {
  wait?: boolean;
}

export function holdOptions(command: Command): Command {
  return command.option("--wait", "wait while somebody else holds the host, instead of refusing");
}

export interface PlanOptions extends StackOptions {
  seed?: string;
  minBoots?: number;
  maxBoots?: number;
  budget?: number;
  quick?: true;
}

export function stackOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the testbed: a file in stacks/", "local")
    .option("--json", "print JSON on stdout; progress goes to stderr");
}

export function planOptions(command: Command): Command {
  return stackOptions(command)
    .option("--seed <text>", "seed of the order (default: drawn, and recorded)", parseSeed)
    .option("--min-boots <n>", "at least so many boots of each cell (default: the spec's)", parseCount)
    .option("--max-boots <n>", "at most so many boots of each cell (default: the spec's)", parseCount)
    .option("--quick", "a functional pass: sizes are cut, one boot of each cell; marked so everywhere")
    .option("--budget <duration>", "stop measuring after this time, e.g. 30m", parseDuration);
}
