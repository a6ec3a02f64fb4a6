/**
 * One set-up at a time per cache. The kernel holds the lock (flock), so that a killed set-up leaves none behind:
 * a child keeps it until its stdin closes, which happens when this process ends in whatever way.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InfraError } from "../errors.ts";

/** Runs `body` alone; while another process holds the lock, `onWait` hears who it is. */
export async function withLock<T>(
  file: string,
  purpose: string,
  onWait: (message: string) => void,
  body: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const release = (await acquire(file, ["--nonblock"])) ?? (await waitFor(file, onWait));
  try {
    writeFileSync(`${file}.holder`, JSON.stringify({ pid: process.pid, purpose }));
    return await body();
  } finally {
    await release();
  }
}

async function waitFor(file: string, onWait: (message: string) => void): Promise<() => Promise<void>> {
  onWait(`waiting for another set-up${holder(file)}`);
  const release = await acquire(file, []);
  if (!release) throw new InfraError(`the lock ${file} could not be taken`);
  return release;
}

function holder(file: string): string {
  try {
    const { pid, purpose } = JSON.parse(readFileSync(`${file}.holder`, "utf8"));
    return ` (process ${pid}: ${purpose})`;
  } catch {
    return ""; // the holder has not written it yet
  }
}

/** Undefined if another process has the lock. */
function acquire(file: string, options: string[]): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve, reject) => {
    const args = [...options, "--conflict-exit-code", "75", file, "sh", "-c", "echo held; exec cat >/dev/null"];
    // its own session: Ctrl-C must not take the lock away while the clean-up still runs
    const child = spawn("flock", args, { detached: true, stdio: ["pipe", "pipe", "ignore"] });
    const ended = new Promise<void>((done) => child.once("close", () => done()));
    child.once("error", (cause) => reject(new InfraError("flock (package util-linux) does not start", { cause })));
    child.once("close", (code) => {
      if (code === 75) resolve(undefined);
      else reject(new InfraError(`flock on ${file} ended with code ${code}`));
    });
    child.stdout.once("data", () =>
      resolve(async () => {
        child.stdin.end();
        await ended;
      }),
    );
  });
}
