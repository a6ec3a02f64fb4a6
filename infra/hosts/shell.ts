/**
 * How commands reach a stack's host. Everything the tool does to a host is a POSIX shell script or an argument vector:
 * on this machine they run as they are, on another one behind a prefix that hands them to the system's own ssh.
 */
import { spawnSync } from "node:child_process";
import { InfraError } from "../errors.ts";

export interface ShellOptions {
  /** Default: 90 s. */
  timeoutMs?: number;
  /** What the script reads on stdin; default: nothing. */
  input?: string | Buffer;
}

export interface HostShell {
  /** What messages call the host. */
  readonly name: string;
  /** Put before an argument vector, makes it run on the host; empty for this machine. */
  readonly prefix: readonly string[];
  /** Runs a script there and returns what it printed; throws InfraError with its last words. */
  sh(script: string, options?: ShellOptions): string;
}

/** The host was not reached; what was to run there did not run. */
export class NoConnection extends InfraError {}

function noConnection(name: string, words: string): InfraError {
  // another key is no matter of waiting for the host
  if (/^Host key verification failed/m.test(words))
    return new InfraError(
      `${name} shows another host key than the stack's: a new installation, or somebody in between; \`guestbench host scan\` shows it`,
    );
  return new NoConnection(words);
}

/** One word for a POSIX shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The argument vector that runs a script on a host behind a prefix. */
export function scriptArgv(prefix: readonly string[], script: string): string[] {
  return [...prefix, "/bin/sh", "-c", script];
}

/** A shell behind a prefix, for a host of that name. */
export function shellBehind(prefix: readonly string[], name: string): HostShell {
  return {
    name,
    prefix,
    sh(script, { timeoutMs = 90_000, input = "" } = {}) {
      const [program = "", ...args] = scriptArgv(prefix, script);
      const { stdout, stderr, status, error } = spawnSync(program, args, {
        input,
        encoding: "utf8",
        timeout: timeoutMs,
        maxBuffer: 64 * 2 ** 20,
        env: { ...process.env, LC_ALL: "C", PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
        stdio: ["pipe", "pipe", "pipe"],
      });
      // a script need not read all of its input
      const code = (error as NodeJS.ErrnoException | undefined)?.code;
      if (status === 0 && (error === undefined || code === "EPIPE")) return stdout;
      const words = stderr?.trim().split("\n").slice(-5).join("\n");
      const late = code === "ETIMEDOUT" ? `a command on ${name} did not end within ${timeoutMs / 1000} s` : undefined;
      const ended = late ?? error?.message ?? `a command on ${name} ended with exit code ${status}`;
      if (status === 255 && prefix.length > 0) throw noConnection(name, words ?? ended);
      throw new InfraError(words || ended, { cause: error });
    },
  };
}

export const thisMachine = shellBehind([], "this machine");
