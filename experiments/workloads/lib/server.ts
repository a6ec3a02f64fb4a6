/** A server in the guest for the length of one measurement, asked from the client once it listens. */
import { setTimeout as delay } from "node:timers/promises";
import { WorkloadError } from "../../../infra/errors.ts";
import type { WorkloadContext } from "../workload.ts";

const listenDeadlineMs = 20_000;
const pauseMs = 50;
/** A server that served its one test ends by itself; after this it is ended. */
const endDeadlineMs = 2_000;

interface ServerUse<T> {
  argv: readonly string[];
  /** Raw file of what the server printed. */
  log: string;
  /** The whole measurement; repeated until the server listens. */
  ask(): Promise<T>;
  /** Nobody listened. */
  refused(answer: T): boolean;
  /** Keeps the last answer, before anything is made of it. */
  answered(answer: T): Promise<void>;
  /** The server ends by itself after one measurement. */
  oneShot?: boolean;
  /** What it takes for a request to end; default SIGINT. */
  endWith?: "SIGTERM";
}

/** Asks a guest that is a server itself. */
export async function againstGuest<T>({ ask, answered }: Pick<ServerUse<T>, "ask" | "answered">): Promise<T> {
  const answer = await ask();
  await answered(answer);
  return answer;
}

/** Throws WorkloadError with the server's own words where it ended and the answer cannot be its own. */
export async function againstServer<T>(
  { background, guest, saveRaw, signal }: WorkloadContext,
  { argv, log, ask, refused, answered, oneShot = false, endWith }: ServerUse<T>,
): Promise<T> {
  const server = await background("guest", argv);
  let serverEnded = false;
  void server.ended.then(() => {
    serverEnded = true;
  });
  try {
    const deadline = performance.now() + listenDeadlineMs;
    let answer = await ask();
    while (refused(answer) && !serverEnded && performance.now() < deadline) {
      await delay(pauseMs, undefined, { signal });
      answer = await ask();
    }
    await answered(answer);
    if (serverEnded) {
      const { stdout, stderr, exitCode } = await server.ended;
      // a server that could not have the port leaves the client to somebody else's
      if (!oneShot || exitCode !== 0 || refused(answer)) {
        const shown = argv.slice(0, 2).join(" ");
        throw new WorkloadError(`${shown} in ${guest.name} ended (exit code ${exitCode}): ${(stderr + stdout).trim()}`);
      }
    }
    if (oneShot) await Promise.race([server.ended, delay(endDeadlineMs, undefined, { ref: false })]);
    return answer;
  } finally {
    const { stdout, stderr } = await server.stop(endWith ?? "SIGINT");
    await saveRaw(log, stdout + stderr);
  }
}
