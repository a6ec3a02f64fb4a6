/** Runs one command to its end: deadline, abort, and errors that quote the command, its exit code and its last words. */
import { InfraError, WorkloadError } from "../../infra/errors.ts";
import type { CommandResult, RunOptions } from "../workloads/workload.ts";
import { type LaunchOptions, launch } from "./process.ts";

export interface CommandOptions extends RunOptions, LaunchOptions {
  signal?: AbortSignal;
  /** What a failure is: of the measurement (default) or of the testbed. */
  failure?: "workload" | "infra";
  /** What error messages call the command; by default the argv itself. */
  shown?: string;
  /** Called after a command was cut short or failed, to end what it left elsewhere. */
  sweep?(): Promise<void>;
}

const lastLineCount = 10;

/** An argv as a person would type it. */
export function showCommand(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quote(word))).join(" ");
}

/** One word for a POSIX shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The last lines of what a command said, indented for an error message: stderr, or stdout where stderr is empty. */
export function lastWords(output: { stdout: string; stderr: string }, count = lastLineCount): string {
  const text = output.stderr.trim() === "" ? output.stdout : output.stderr;
  const lines = text.trimEnd().split("\n").slice(-count);
  return lines.join("") === "" ? " and printed nothing" : `:\n${lines.map((line) => `    ${line}`).join("\n")}`;
}

export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { timeoutMs, signal, allowFailure = false } = options;
  const Failure = options.failure === "infra" ? InfraError : WorkloadError;
  const shown = options.shown ?? `command \`${showCommand(argv)}\``;
  if (signal?.aborted) throw new Failure(`${shown} was not started: interrupted`, { cause: signal.reason });

  const child = launch(argv, options);
  let cut: "timeout" | "abort" | null = null;
  const stop = (why: "timeout" | "abort") => {
    cut ??= why;
    void child.end("SIGTERM");
  };
  const onAbort = () => stop("abort");
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => stop("timeout"), timeoutMs);
  const { exitCode, spawnError } = await child.ended;
  clearTimeout(timer);
  signal?.removeEventListener("abort", onAbort);

  const result = { stdout: child.stdout, stderr: child.stderr, exitCode };
  if (cut || exitCode !== 0) await options.sweep?.();
  if (cut === "abort") throw new Failure(`${shown} was interrupted`, { cause: signal?.reason });
  if (cut === "timeout") throw new Failure(`${shown} did not end within ${timeoutMs} ms${lastWords(result)}`);
  if (spawnError) throw new Failure(`${shown} could not be started: ${spawnError.message}`, { cause: spawnError });
  if (exitCode !== 0 && !allowFailure) {
    throw new Failure(`${shown} ended with exit code ${exitCode}${lastWords(result)}`);
  }
  return result;
}
