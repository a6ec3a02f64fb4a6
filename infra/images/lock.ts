/**
 * One builder per image. The lock is the kernel's (flock), held by a helper that ends when its standard input closes:
 * however the holder dies, the lock is free at once, and no stale pid has to be judged.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { InfraError } from "../errors.ts";

export interface Lock {
  release(): Promise<void>;
}

const HELD = "held";

function exited(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code));
  });
}

function start(
  file: string,
  wait: boolean,
): { child: ChildProcess; end: Promise<number | null>; held: Promise<undefined> } {
  const flags = wait ? ["--exclusive"] : ["--exclusive", "--nonblock", "--conflict-exit-code", "75"];
  // Detached: a Ctrl-C in the terminal reaches the builder, which decides; the lock must outlive that moment.
  const child = spawn("flock", [...flags, "--no-fork", file, "sh", "-c", `echo ${HELD}; exec cat >/dev/null`], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const held = new Promise<undefined>((resolve) => child.stdout?.once("data", () => resolve(undefined)));
  return { child, end: exited(child), held };
}

/** The lock, or undefined where another process holds it. */
export async function tryLock(file: string): Promise<Lock | undefined> {
  return take(file, false);
}

/** Waits for the lock as long as its holder lives; `onWait` is called once if there is a wait. */
export async function lock(file: string, onWait: () => void = () => {}): Promise<Lock> {
  const free = await take(file, false);
  if (free) return free;
  onWait();
  const taken = await take(file, true);
  if (!taken) throw new InfraError(`cannot lock ${file}`);
  return taken;
}

async function take(file: string, wait: boolean): Promise<Lock | undefined> {
  mkdirSync(dirname(file), { recursive: true });
  const { child, end, held } = start(file, wait);
  const code = await Promise.race([held, end]);
  if (code === 75) return undefined;
  if (code !== undefined) throw new InfraError(`cannot lock ${file}: flock ended with ${code}`);
  return {
    async release() {
      child.stdin?.end();
      await end;
    },
  };
}
