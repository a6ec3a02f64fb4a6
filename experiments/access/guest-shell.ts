/**
 * Commands inside a guest. Ending the local ssh or exec client does not end what it started in the guest, so every
 * command first says which process it is there, and is ended by that number.
 */
import { InfraError, WorkloadError } from "../../infra/errors.ts";
import type { Handle } from "../../infra/outputs.ts";
import type { CommandResult } from "../workloads/workload.ts";
import { lastWords } from "./command.ts";
import { launch } from "./process.ts";

const marker = /^guestbench-pid (\d+)\r?\n/m;
/** A guest that does not take the signal within this time is left to its power being cut. */
const signalDeadlineMs = 3_000;
/** ssh's own exit code for a connection that failed. */
const sshFailure = 255;

/** The argv that runs a shell command in the guest; its first line on stderr says its process id there. */
export function guestArgv(guest: Handle, command: string): string[] {
  if (!guest.access) throw new InfraError(`guest ${guest.name} has no shell to run \`${command}\` in`);
  return [...guest.access.argv, `echo "guestbench-pid $$" >&2; ${command}`];
}

/** The result as the command itself left it; a lost connection is the testbed's failure, a non-zero exit the measurement's. */
export function checkGuestResult(
  guest: Handle,
  command: string,
  raw: CommandResult,
  allowFailure = false,
): CommandResult {
  const result = { ...raw, stderr: raw.stderr.replace(marker, "") };
  const { exitCode } = result;
  if (guest.access?.type === "ssh" && exitCode === sshFailure) {
    throw new InfraError(`no connection to guest ${guest.name} for \`${command}\`${lastWords(result)}`);
  }
  if (exitCode !== 0 && !allowFailure) {
    throw new WorkloadError(
      `\`${command}\` in guest ${guest.name} ended with exit code ${exitCode}${lastWords(result)}`,
    );
  }
  return result;
}

/** Signals the process, and its group where it leads one, inside the guest. Never throws: the guest may be gone. */
export async function signalInGuest(guest: Handle, stderr: string, name: string): Promise<void> {
  const pid = marker.exec(stderr)?.[1];
  if (!pid || !guest.access) return;
  const short = name.replace(/^SIG/, "");
  const kill = launch([
    ...guest.access.argv,
    `kill -${short} -${pid} 2>/dev/null || kill -${short} ${pid} 2>/dev/null`,
  ]);
  const timer = setTimeout(() => kill.signal("SIGKILL"), signalDeadlineMs);
  await kill.ended;
  clearTimeout(timer);
}
