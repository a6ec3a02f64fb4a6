/**
 * Waits until a guest is ready: its shell answers, or it replies to a ping. Observed, with a deadline; a guest that
 * loses its power meanwhile fails at once.
 */
import { setTimeout as delay } from "node:timers/promises";
import { InfraError } from "../../infra/errors.ts";
import type { Boot, Handle, NetworkOutput } from "../../infra/outputs.ts";
import { lastWords, runCommand } from "./command.ts";
import { type HostRun, readHostFile } from "./host-side.ts";

export interface ReadyOptions {
  network: NetworkOutput;
  /** The boot in use; null for guests that are always on. */
  boot: Boot | null;
  signal: AbortSignal;
  env?: Record<string, string>;
  /** Puts an argv on the host; empty where the host is this machine. */
  hostRun?: HostRun;
}

const pauseMs = 30;
const pingWaitS = 0.2;
/** One try of the shell once the guest is seen on the network: slow guests take seconds for a key exchange. */
const shellTryMs = 10_000;
/** One try of the shell while the guest does not answer a ping: short, a connection attempt now would only back off. */
const blindTryMs = 1_000;
const powerCheckMs = 2_000;
const consoleLines = 15;

/** Resolves with the time it took and the number of tries. Throws InfraError with the console's last lines. */
export async function waitReady(guest: Handle, options: ReadyOptions): Promise<{ durationMs: number; tries: number }> {
  const { signal, boot } = options;
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  let nextPowerCheckMs = powerCheckMs;
  /** Whether the guest has answered a ping. */
  const seen = { onNetwork: false };
  let tries = 0;
  let last = "";
  while (elapsed() < guest.ready.deadlineMs) {
    signal.throwIfAborted();
    tries++;
    const result = await attempt(guest, options, seen, guest.ready.deadlineMs - elapsed());
    if (result === null) return { durationMs: elapsed(), tries };
    last = result;
    if (boot && elapsed() > nextPowerCheckMs) {
      nextPowerCheckMs = elapsed() + powerCheckMs;
      if (!(await hasPower(boot, options))) {
        throw new InfraError(
          `guest ${guest.name} lost its power before it was ready${await consoleTail(boot, options)}`,
        );
      }
    }
    await delay(pauseMs);
  }
  const waited = `${(guest.ready.deadlineMs / 1000).toFixed(1)} s`;
  throw new InfraError(
    `guest ${guest.name} was not ready within ${waited} (${last})${await consoleTail(boot, options)}`,
  );
}

/** One try: null when the guest answered, else why not. */
async function attempt(
  guest: Handle,
  options: ReadyOptions,
  seen: { onNetwork: boolean },
  leftMs: number,
): Promise<string | null> {
  if (guest.ready.type === "ping") return ping(guest, options);
  if (!guest.access)
    throw new InfraError(`guest ${guest.name} is to be ready when its shell answers, but has no shell`);
  seen.onNetwork ||= guest.access.type !== "ssh" || (await ping(guest, options)) === null;
  const timeoutMs = Math.max(1, Math.min(seen.onNetwork ? shellTryMs : blindTryMs, leftMs));
  return tryCommand([...guest.access.argv, "true"], "the shell", timeoutMs, options);
}

function ping(guest: Handle, options: ReadyOptions): Promise<string | null> {
  const argv = [...options.network.client.argv, "ping", "-n", "-q", "-c", "1", "-W", `${pingWaitS}`, guest.address];
  return tryCommand(argv, `a ping to ${guest.address}`, pingWaitS * 1000 + 1_000, options);
}

async function tryCommand(argv: string[], what: string, timeoutMs: number, options: ReadyOptions) {
  const { signal, env = {} } = options;
  try {
    const result = await runCommand(argv, { timeoutMs, allowFailure: true, failure: "infra", signal, env });
    return result.exitCode === 0 ? null : `${what} failed with exit code ${result.exitCode}${lastWords(result, 1)}`;
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message;
  }
}

/** Whether the guest has power, as its status command says. */
async function hasPower(boot: Boot, options: Pick<ReadyOptions, "signal" | "env">): Promise<boolean> {
  const { signal, env = {} } = options;
  const run = { timeoutMs: 10_000, allowFailure: true, failure: "infra", signal, env } as const;
  return (await runCommand(boot.status.argv, run)).stdout.trim() === boot.status.on;
}

/** The console's last lines, for an error message. */
async function consoleTail(boot: Boot | null, { hostRun = [] }: ReadyOptions): Promise<string> {
  if (!boot?.console) return "";
  const text = await readHostFile(hostRun, boot.console).catch((error: Error) => `(no console: ${error.message})`);
  const lines = text.trimEnd().split(/\r?\n/).slice(-consoleLines);
  return `; last lines of ${boot.console}:\n${lines.map((line) => `    ${line}`).join("\n")}`;
}
