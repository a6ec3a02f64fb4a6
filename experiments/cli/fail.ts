/** Turns an error into what the user reads and the exit code. A stack trace goes to a file, never to the terminal. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, InfraError, ParseError, WorkloadError } from "../../infra/errors.ts";
import { localDir } from "../../infra/toolchain/paths.ts";
import { warn } from "./output.ts";
import { Interrupted } from "./signals.ts";

export const exitCodes = { ok: 0, failed: 1, input: 2, leftovers: 3 } as const;

const CAUSES_SHOWN = 5;

/** The message, and one line for each cause that says something new. */
export function explain(error: Error): string {
  const lines = [error.message];
  let cause = error.cause;
  for (let n = 0; n < CAUSES_SHOWN && cause instanceof Error; n++, cause = cause.cause) {
    const said = cause.message.split("\n").map((line) => line.trim());
    const line = said.find((text) => /^error: /i.test(text)) ?? said[0] ?? "";
    if (line !== "" && !lines.some((known) => known.includes(line))) lines.push(`  caused by: ${line}`);
  }
  return lines.join("\n");
}

export function reportFailure(error: unknown): number {
  // said when the signal came
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof ConfigError) {
    warn(`guestbench: ${error.message}`);
    return exitCodes.input;
  }
  if (error instanceof InfraError || error instanceof WorkloadError || error instanceof ParseError) {
    warn(`guestbench: ${explain(error)}`);
    return exitCodes.failed;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error);
  warn(`guestbench: an error in guestbench itself: ${message}${logFile(error)}`);
  return exitCodes.failed;
}

function logFile(error: unknown): string {
  const dir = join(localDir(), "logs");
  const path = join(dir, `${new Date().toISOString().replace(/[:.]/g, "-")}-${process.pid}.log`);
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(path, `${process.argv.slice(2).join(" ")}\n\n${traceOf(error)}\n`);
    return `\nThe details are in ${path}`;
  } catch {
    return "";
  }
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack}${error.cause === undefined ? "" : `\ncaused by: ${traceOf(error.cause)}`}`;
}
