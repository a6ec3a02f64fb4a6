/** Ctrl-C and its kin: the first asks for a clean end, the second ends at once. */
import { constants } from "node:os";
import { warn } from "./output.ts";

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
  /** Aborted by the first signal, with an `Interrupted` as reason. */
  signal: AbortSignal;
  interrupted(): Interrupted | null;
  close(): void;
}

export function watchSignals(stack: string): SignalWatch {
  const abort = new AbortController();
  let interrupted: Interrupted | null = null;
  const listener = (name: NodeJS.Signals) => {
    const again = new Interrupted(name as (typeof watched)[number]);
    if (interrupted !== null) {
      warn(`\nguestbench: stopped without cleaning up; run \`guestbench recover --stack ${stack}\``);
      process.exit(again.exitCode);
    }
    interrupted = again;
    warn(`\nguestbench: ${again.message}; cleaning up (once more to stop at once)`);
    abort.abort(again);
  };
  for (const name of watched) process.on(name, listener);
  return {
    signal: abort.signal,
    interrupted: () => interrupted,
    close: () => {
      for (const name of watched) process.off(name, listener);
    },
  };
}
