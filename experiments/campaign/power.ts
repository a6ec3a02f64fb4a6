/** Powers guests by the argument vectors of their handles. Status is asked until it holds, never assumed after a pause. */
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { InfraError } from "../../infra/errors.ts";
import type { Boot } from "../../infra/outputs.ts";

export interface Power {
  start(boot: Boot, signal: AbortSignal): Promise<void>;
  isOn(boot: Boot): Promise<boolean>;
  /** Asks for power off, then cuts the power at the deadline. */
  stop(boot: Boot, signal: AbortSignal): Promise<"stopped" | "killed">;
  /** Cuts the power; an error if the guest still has power at the deadline. */
  kill(boot: Boot): Promise<void>;
}

export interface PowerDeadlines {
  startMs: number;
  /** Time a guest has to power off by itself. */
  stopMs: number;
  killMs: number;
  pollMs: number;
}

const deadlines: PowerDeadlines = { startMs: 60_000, stopMs: 30_000, killMs: 20_000, pollMs: 50 };

async function command(argv: readonly string[], timeoutMs: number, signal?: AbortSignal) {
  const [file, ...args] = argv;
  const result = await execa(file as string, args, {
    reject: false,
    stdin: "ignore",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    ...(signal ? { cancelSignal: signal } : {}),
  });
  if (result.exitCode === undefined && !result.isCanceled && !result.timedOut && result.signal === undefined)
    throw new InfraError(`cannot run ${argv.join(" ")}: ${result.shortMessage}`, { cause: result.cause });
  return result;
}

export function handlePower(overrides: Partial<PowerDeadlines> = {}): Power {
  const limit = { ...deadlines, ...overrides };

  const isOn = async (boot: Boot) => {
    const result = await command(boot.status.argv, limit.killMs);
    return result.stdout.trim() === boot.status.on;
  };

  const off = async (boot: Boot, deadlineMs: number, signal?: AbortSignal) => {
    const end = performance.now() + deadlineMs;
    while (await isOn(boot)) {
      if (performance.now() >= end || signal?.aborted) return false;
      await delay(limit.pollMs);
    }
    return true;
  };

  const kill = async (boot: Boot) => {
    const result = await command(boot.kill, limit.killMs);
    if (await off(boot, limit.killMs)) return;
    throw new InfraError(`the guest still has power after ${boot.kill.join(" ")}: ${result.stderr || result.stdout}`);
  };

  return {
    isOn,
    kill,
    async start(boot, signal) {
      const result = await command(boot.start, limit.startMs, signal);
      if (result.failed)
        throw new InfraError(`${boot.start.join(" ")} failed: ${result.shortMessage}${tail(result.stderr)}`);
    },
    async stop(boot, signal) {
      if (!(await isOn(boot))) return "stopped";
      const asked = await command(boot.stop, limit.stopMs, signal);
      if (!asked.failed && (await off(boot, limit.stopMs, signal))) return "stopped";
      await kill(boot);
      return "killed";
    },
  };
}

function tail(text: string): string {
  return text.trim() === "" ? "" : `: ${text.trim().slice(-500)}`;
}
