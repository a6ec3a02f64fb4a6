/** Ctrl-C and its kin: the first asks for a clean end, the second ends at once. An error that nobody caught counts as a first. */
import { constants } from "node:os";
import { warn } from "./output.ts";

/** npm passes on a Ctrl-C that the terminal has sent to this process as well: both are one. */
const ONE_PRESS_MS = 700;

const watched = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class Interrupted extends Error {
  override name = "Interrupted";
  readonly exitCode: number;
  constructor(signal: (typeof watched)[number]) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

export interface SignalWatch {
  /** Aborted by the first signal, with an `Interrupted` as reason; by an uncaught error, with that. */
  signal: AbortSignal;
  interrupted(): Interrupted | null;
  close(): void;
}

export function watchSignals(stack: string, onePressMs = ONE_PRESS_MS): SignalWatch {
  const abort = new AbortController();
  let interrupted: Interrupted | null = null;
  let since = 0;
  const listener = (name: NodeJS.Signals) => {
    const again = new Interrupted(name as (typeof watched)[number]);
    if (interrupted !== null) {
      if (performance.now() - since < onePressMs) return;
      warn(`\nguestbench: stopped without cleaning up; run \`guestbench recover --stack ${stack}\``);
      process.exit(again.exitCode);
    }
    interrupted = again;
    since = performance.now();
    warn(`\nguestbench: ${again.message}; cleaning up (once more to stop at once)`);
    abort.abort(again);
  };
  const uncaught = (error: unknown) => abort.abort(error);
  for (const name of watched) process.on(name, listener);
  process.on("uncaughtException", uncaught).on("unhandledRejection", uncaught);
  return {
    signal: abort.signal,
    interrupted: () => interrupted,
    close: () => {
      for (const name of watched) process.off(name, listener);
      process.off("uncaughtException", uncaught).off("unhandledRejection", uncaught);
    },
  };
}
