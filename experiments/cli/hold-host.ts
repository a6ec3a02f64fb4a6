/** Holds a stack's host for a command: at once, or after those who hold it now where the user wants to wait. */
import { setTimeout as delay } from "node:timers/promises";
import { ConfigError } from "../../infra/errors.ts";
import * as provision from "../../infra/provision.ts";
import { warn } from "./output.ts";
import type { Progress } from "./progress.ts";

export interface HoldRequest {
  stack: string;
  command: string;
  campaign: string | null;
  wait: boolean;
  progress: Progress;
  /** Ends the waiting. */
  signal: AbortSignal;
}

export interface HeldHost {
  lease: provision.Lease;
  /** Aborted when the host turns out to be another's by now. */
  lost: AbortSignal;
  /** Never throws: a lease that cannot be given back ends by itself. */
  release(): void;
}

type Ask = typeof provision.takeHost;
const ASK_AGAIN_MS = 2000;

/** Throws a ConfigError that says who holds the host, where the user does not want to wait. */
export async function holdHost(
  { stack, command, campaign, wait, progress, signal }: HoldRequest,
  ask: Ask = provision.takeHost,
  askAgainMs = ASK_AGAIN_MS,
): Promise<HeldHost> {
  const lost = new AbortController();
  const request = {
    ...{ stack, command, campaign },
    onTakeover: (text: string) => warn(`guestbench: ${text}`),
    onLost: (reason: Error) => {
      warn(`guestbench: ${reason.message}`);
      lost.abort(reason);
    },
  };
  const held = (lease: provision.Lease): HeldHost => ({ lease, lost: lost.signal, release: () => giveBack(lease) });
  const first = await ask(request);
  if ("lease" in first) return held(first.lease);
  if (!wait) throw new ConfigError(`${first.busy}: \`--wait\` waits until it is free`);
  return progress.step("Wait for the host", null, async (news) => {
    let { busy } = first;
    for (;;) {
      news({ text: busy });
      await delay(askAgainMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      const next = await ask(request);
      if ("lease" in next) return held(next.lease);
      busy = next.busy;
    }
  });
}

function giveBack(lease: provision.Lease): void {
  try {
    lease.release();
  } catch (error) {
    warn(`guestbench: the host could not be given back, and is free in a minute: ${(error as Error).message}`);
  }
}
