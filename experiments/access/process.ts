/**
 * One subprocess in a process group of its own, so that ending it reaches its children too. Everything that runs
 * commands builds on this: output is kept as it arrives, and no group outlives this process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** How long a group gets between being asked to end and SIGKILL. */
const graceMs = 1_000;
/** How long output may trickle in after the command itself ended: a child left behind can hold the pipe open for ever. */
const drainMs = 250;

interface Ended {
  /** 128 + the signal's number where a signal ended it, as a shell would say; 127 where it could not be started. */
  exitCode: number;
  /** Why it could not be started; null where it was. */
  spawnError: Error | null;
}

export interface LaunchOptions {
  env?: Record<string, string>;
  /** Leave children of the command alone when it ends: for commands that power something on. */
  keepChildren?: boolean;
}

export interface Launched {
  readonly stdout: string;
  readonly stderr: string;
  /** Called whenever output arrives. */
  onOutput(listener: () => void): void;
  readonly ended: Promise<Ended>;
  readonly hasEnded: boolean;
  /** Signals the whole group. */
  signal(name: NodeJS.Signals): void;
  /** Signals the group and, at a deadline, kills it; resolves when it is gone. */
  end(name?: NodeJS.Signals): Promise<void>;
}

const groups = new Set<number>();
let exitHook = false;

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function killGroupsAtExit(): void {
  if (exitHook) return;
  exitHook = true;
  process.on("exit", () => {
    for (const pid of groups) signalGroup(pid, "SIGKILL");
  });
}

const signalNumbers: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGTERM: 15 };

/** Starts an argv without a shell. Never throws: what went wrong is in `ended`. */
export function launch(argv: readonly string[], options: LaunchOptions = {}): Launched {
  killGroupsAtExit();
  const [file = "", ...args] = argv;
  // Node's own spawn: a library around it would stand between the moment a start is issued and the start
  const child = spawn(file, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);

  const output = { stdout: "", stderr: "" };
  const listeners: (() => void)[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const listener of listeners) listener();
    });
  }

  let hasEnded = false;
  const ended = exitOf(child).then(async (end) => {
    if (pid !== undefined) {
      if (!options.keepChildren) signalGroup(pid, "SIGKILL");
      groups.delete(pid);
    }
    await Promise.race([closed, delay(drainMs, undefined, { ref: false })]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    hasEnded = true;
    return end;
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));

  const signal = (name: NodeJS.Signals) => {
    if (pid !== undefined && !hasEnded) signalGroup(pid, name);
  };
  return {
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    get hasEnded() {
      return hasEnded;
    },
    onOutput: (listener) => void listeners.push(listener),
    ended,
    signal,
    async end(name = "SIGTERM") {
      signal(name);
      const timer = setTimeout(() => signal("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function exitOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.once("exit", (code: number | null, signal: NodeJS.Signals | null) =>
      resolve({ exitCode: code ?? 128 + (signalNumbers[signal ?? ""] ?? 0), spawnError: null }),
    );
    child.once("error", (spawnError: Error) => resolve({ exitCode: 127, spawnError }));
  });
}
