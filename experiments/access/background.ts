/** Commands left running beside a measurement: a server in the guest, a capture at the client. */
import { setTimeout as delay } from "node:timers/promises";
import { WorkloadError } from "../../infra/errors.ts";
import type { BackgroundCommand, CommandResult } from "../workloads/workload.ts";
import { lastWords, showCommand } from "./command.ts";
import { launch } from "./process.ts";

/** How long a command gets to end after `stop` asked it to. */
const stopDeadlineMs = 3_000;

export interface BackgroundOptions {
  env: Record<string, string>;
  signal: AbortSignal;
  /** How to signal the command where ending the local process does not reach it (inside a guest). */
  signalElsewhere?(name: string): Promise<void>;
}

export function startBackground(argv: readonly string[], options: BackgroundOptions): BackgroundCommand {
  const { signal, signalElsewhere } = options;
  const shown = `command \`${showCommand(argv)}\``;
  const child = launch(argv, { env: options.env });
  const ended = child.ended.then(
    ({ exitCode, spawnError }): CommandResult => ({
      stdout: child.stdout,
      stderr: spawnError ? spawnError.message : child.stderr,
      exitCode,
    }),
  );
  let stopped: Promise<CommandResult> | null = null;

  const stop = async (name: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<CommandResult> => {
    if (!child.hasEnded) {
      if (signalElsewhere) await signalElsewhere(name);
      else child.signal(name);
      await Promise.race([child.ended, delay(stopDeadlineMs, undefined, { ref: false })]);
      await signalElsewhere?.("SIGKILL");
      if (!child.hasEnded) await child.end("SIGKILL");
    }
    signal.removeEventListener("abort", onAbort);
    return ended;
  };
  const stopOnce = (name: "SIGINT" | "SIGTERM" | "SIGKILL") => {
    stopped ??= stop(name);
    return stopped;
  };
  const onAbort = () => void stopOnce("SIGKILL");
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });

  return {
    ended,
    stop: (name = "SIGINT") => stopOnce(name),
    waitFor: (text, deadlineMs) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => reject(new WorkloadError(`${shown} ${why}${lastWords(child)}`));
        const timer = setTimeout(() => fail(`did not print "${text}" within ${deadlineMs} ms`), deadlineMs);
        const has = () => child.stdout.includes(text) || child.stderr.includes(text);
        const look = () => {
          if (!has()) return;
          clearTimeout(timer);
          resolve();
        };
        child.onOutput(look);
        look();
        void child.ended.then(({ exitCode, spawnError }) => {
          clearTimeout(timer);
          if (has()) resolve();
          else if (signal.aborted) fail("was interrupted");
          else fail(spawnError ? `could not be started: ${spawnError.message}` : `ended early (exit code ${exitCode})`);
        });
      }),
  };
}
