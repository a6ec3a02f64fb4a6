/**
 * Commands inside a guest. Ending the local ssh or exec client does not end what it started in the guest, and not every ssh
 * server gives a command a process group of its own. So every command carries a mark in its environment, which its
 * children inherit, and is ended by that mark.
 */
import { randomBytes } from "node:crypto";
import { InfraError, WorkloadError } from "../../infra/errors.ts";
import type { Handle } from "../../infra/outputs.ts";
import type { CommandResult } from "../workloads/workload.ts";
import { lastWords, quote } from "./command.ts";
import { launch } from "./process.ts";

/**
 * A guest that does not take the signal in time is left to its power being cut. A busy guest under software emulation
 * needs seconds for a new connection; somebody who pressed Ctrl-C does not wait for it.
 */
const signalDeadlineMs = 20_000;
const abortedDeadlineMs = 3_000;
/** ssh's own exit code for a connection that failed. */
const sshFailure = 255;

const variable = "GUESTBENCH_COMMAND";

/** A mark that no other command has. */
export function newMark(): string {
  return randomBytes(8).toString("hex");
}

/** The argv that runs a shell command in the guest under a mark. */
export function guestArgv(guest: Handle, command: string, mark: string): string[] {
  if (!guest.access) throw new InfraError(`guest ${guest.name} has no shell to run \`${command}\` in`);
  return [...guest.access.argv, `export ${variable}=${mark}; exec sh -c ${quote(command)}`];
}

/** The result as the command itself left it; a lost connection is the testbed's failure, a non-zero exit the measurement's. */
export function checkGuestResult(
  guest: Handle,
  command: string,
  result: CommandResult,
  allowFailure = false,
): CommandResult {
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

/** Signals every process in the guest that carries the mark. Never throws: the guest may be gone. */
export async function signalInGuest(guest: Handle, mark: string, name: string, abort: AbortSignal): Promise<void> {
  if (guest.access) await signalMarked(guest.access.argv, mark, name, abort);
}

/** Signals every process that carries the mark wherever the prefix leads: a shell script is appended to it. */
export async function signalMarked(
  shell: readonly string[],
  mark: string,
  name: string,
  abort: AbortSignal,
): Promise<void> {
  const marked = `grep -l ${variable}=${mark} /proc/[0-9]*/environ 2>/dev/null`;
  const script = `for f in $(${marked}); do f=\${f#/proc/}; kill -${name.replace(/^SIG/, "")} \${f%/environ}; done 2>/dev/null`;
  const kill = launch([...shell, script]);
  const give = () => kill.signal("SIGKILL");
  const timer = setTimeout(give, abort.aborted ? abortedDeadlineMs : signalDeadlineMs);
  const onAbort = () => void setTimeout(give, abortedDeadlineMs).unref();
  abort.addEventListener("abort", onAbort, { once: true });
  await kill.ended;
  clearTimeout(timer);
  abort.removeEventListener("abort", onAbort);
}
