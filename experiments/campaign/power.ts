/** Powers guests by the argument vectors of their handles. Status is asked until it holds, never assumed after a pause. */
import { setTimeout as delay } from "node:timers/promises";
import { InfraError } from "../../infra/errors.ts";
import type { Boot, Handle } from "../../infra/outputs.ts";
import { type HostRun, marks, runCommand, startGuest } from "../access/index.ts";
import type { Started } from "../workloads/workload.ts";

export interface Power {
  start(handle: Handle, boot: Boot, signal: AbortSignal): Promise<Started>;
  isOn(boot: Boot): Promise<boolean>;
  /** Asks for power off, then cuts the power at the deadline. */
  stop(boot: Boot, signal: AbortSignal): Promise<"stopped" | "killed">;
  /** Cuts the power; an error if the guest still has power at the deadline. */
  kill(boot: Boot): Promise<void>;
}

export interface PowerDeadlines {
  statusMs: number;
  /** Time a guest has to power off by itself. */
  stopMs: number;
  killMs: number;
  pollMs: number;
}

const defaults: PowerDeadlines = { statusMs: 15_000, stopMs: 30_000, killMs: 20_000, pollMs: 50 };

export function handlePower(
  stack: string,
  campaign: string,
  hostRun: HostRun = [],
  deadlines: Partial<PowerDeadlines> = {},
): Power {
  const limit = { ...defaults, ...deadlines };
  const env = marks(stack, campaign);
  const common = { allowFailure: true, failure: "infra", env } as const;

  const isOn = async (boot: Boot) => {
    const { stdout } = await runCommand(boot.status.argv, { ...common, timeoutMs: limit.statusMs });
    return stdout.trim() === boot.status.on;
  };

  const isOff = async (boot: Boot, deadlineMs: number, signal?: AbortSignal) => {
    const end = performance.now() + deadlineMs;
    while (await isOn(boot)) {
      if (performance.now() >= end || signal?.aborted) return false;
      await delay(limit.pollMs);
    }
    return true;
  };

  const asksToStop = async (boot: Boot, signal: AbortSignal) => {
    try {
      return (await runCommand(boot.stop, { ...common, timeoutMs: limit.stopMs, signal })).exitCode === 0;
    } catch {
      return false; // too slow, or interrupted: the power is cut instead
    }
  };

  const kill = async (boot: Boot) => {
    const { stdout, stderr } = await runCommand(boot.kill, { ...common, timeoutMs: limit.killMs });
    if (await isOff(boot, limit.killMs)) return;
    throw new InfraError(`the guest still has power after \`${boot.kill.join(" ")}\`: ${(stderr || stdout).trim()}`);
  };

  return {
    isOn,
    kill,
    start: (handle, boot, signal) => startGuest(handle, boot, { stack, campaign, signal, hostRun }),
    async stop(boot, signal) {
      if (!(await isOn(boot))) return "stopped";
      if ((await asksToStop(boot, signal)) && (await isOff(boot, limit.stopMs, signal))) return "stopped";
      await kill(boot);
      return "killed";
    },
  };
}
