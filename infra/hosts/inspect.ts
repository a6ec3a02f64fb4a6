/**
 * Many commands on a host in one go, each by itself: one that fails or hangs says so, and stops none of the others.
 * Over ssh, every call costs; this is one.
 */
import { randomUUID } from "node:crypto";
import { type HostShell, quote } from "./shell.ts";

export interface Inspected {
  exitCode: number;
  stdout: string;
}

/** Of each command. */
const DEADLINE_S = 20;
/** What `timeout` ends with when it had to. */
const TIMED_OUT = 124;

/** Whether the command did not come to its end. */
export const hung = ({ exitCode }: Inspected): boolean => exitCode === TIMED_OUT || exitCode === 128 + 9;

/** Pure: runs each command with its own deadline; the mark and the exit code end what it printed. */
export function renderInspection(commands: readonly string[], mark: string, seconds = DEADLINE_S): string {
  return [
    'export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"',
    // what is run here to look belongs to no stack
    "unset GUESTBENCH_STACK GUESTBENCH_CAMPAIGN",
    `run() { timeout -k 2 ${seconds} /bin/sh -c "$1" </dev/null 2>/dev/null; printf '\\n%s %s\\n' ${mark} $?; }`,
    ...commands.map((command) => `run ${quote(command)}`),
    "",
  ].join("\n");
}

/** Pure: what each of the commands printed, in their order. */
export function parseInspection(text: string, mark: string): Inspected[] {
  const parts = text.split(new RegExp(`\n${mark} (\\d+)\n`));
  const codes = parts.filter((_, index) => index % 2 === 1);
  return codes.map((code, index) => ({ exitCode: Number(code), stdout: parts[2 * index] ?? "" }));
}

/** Runs the commands; one that was not reached has the exit code of a timeout. */
export function inspect(host: HostShell, commands: readonly string[]): Inspected[] {
  const mark = `end-${randomUUID()}`;
  const script = renderInspection(commands, mark);
  // as input: a host takes no argument of more than 128 KiB
  const text = host.sh("exec /bin/sh", { input: script, timeoutMs: 600_000 });
  const done = parseInspection(text, mark);
  return commands.map((_, index) => done[index] ?? { exitCode: TIMED_OUT, stdout: "" });
}

/** Why a look brought no answer, or null where it did. */
export function whyNot(result: Inspected): string | null {
  if (hung(result)) return `did not end within ${DEADLINE_S} s`;
  return result.exitCode === 0 ? null : `ended with exit code ${result.exitCode}`;
}
