/**
 * What happens on a host that may be another machine: files are read there, and commands are ended by the mark in their
 * environment, since ending the connection that started them does not end them.
 */
import { readFile } from "node:fs/promises";
import { runCommand } from "./command.ts";
import { newMark, signalMarked } from "./guest-shell.ts";

/** Puts an argv on the host; empty where the host is this machine. */
export type HostRun = readonly string[];

/** The last bytes of a file on the host; rejects where there is none. */
export async function readHostFile(run: HostRun, path: string, lastBytes = 256 * 1024): Promise<string> {
  if (run.length === 0) return (await readFile(path)).subarray(-lastBytes).toString("utf8");
  const tail = [...run, "tail", "-c", String(lastBytes), path];
  return (await runCommand(tail, { timeoutMs: 20_000, failure: "infra" })).stdout;
}

/** How a command on the host is started and ended: on another machine it carries a mark of its own. */
export function hostSide(run: HostRun, abort: AbortSignal) {
  if (run.length === 0) return { env: {}, end: null };
  const mark = newMark();
  return {
    env: { GUESTBENCH_COMMAND: mark },
    end: (name: string) => signalMarked([...run, "sh", "-c"], mark, name, abort),
  };
}
