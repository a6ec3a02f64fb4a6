/** When a process was started, from /proc: known to 10 ms, the kernel's clock tick. */
import { ParseError } from "../../../infra/errors.ts";

/** Unit of the start time in /proc/PID/stat: 100 per second on every architecture that Linux runs guests on. */
export const tickMs = 10;

/** Clock ticks from the system's boot to the process's start. */
export function parseStartTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[19]);
  if (!stat.includes(") ") || fields[19] === undefined || !Number.isInteger(ticks)) {
    throw new ParseError(`/proc/PID/stat: no start time in "${stat.slice(0, 120)}"`);
  }
  return ticks;
}

/** Seconds since the system's boot, from /proc/uptime, in milliseconds. */
export function parseUptimeMs(text: string): number {
  const seconds = Number(text.split(" ")[0]);
  if (text.trim() === "" || !Number.isFinite(seconds)) throw new ParseError(`/proc/uptime: "${text.slice(0, 80)}"`);
  return seconds * 1000;
}

/**
 * Milliseconds since the system's boot, finer than /proc/uptime: the monotonic clock counts the same time unless the
 * machine has slept, and then it is that much behind.
 */
export function bootTimeMs(monotonicMs: number, uptimeMs: number): number {
  const sleptMs = uptimeMs - monotonicMs;
  return Math.abs(sleptMs) < 2 * tickMs ? monotonicMs : uptimeMs + tickMs / 2;
}

/**
 * Milliseconds from `issuedAtMs` to the process's start; null where it was running before. A tick is an interval of
 * 10 ms; the answer is the middle of the part of it that lies after the issue.
 */
export function startAfter(startTicks: number, bootEpochMs: number, issuedAtMs: number): number | null {
  const earliest = bootEpochMs + startTicks * tickMs;
  const latest = earliest + tickMs;
  if (latest < issuedAtMs) return null;
  return (Math.max(earliest, issuedAtMs) + latest) / 2 - issuedAtMs;
}
