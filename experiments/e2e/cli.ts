/** Drives the command line as a user does, for the end-to-end tests. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";

export const project = join(import.meta.dirname, "..", "..");
const bootstrap = join(project, "infra/toolchain/bootstrap.mjs");

export interface Ended {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs one command of guestbench to its end, whatever its exit code. */
export function guestbench(...args: string[]): Promise<Ended> {
  return guestbenchWith({}, ...args);
}

/** The same, with variables of its own. */
export async function guestbenchWith(env: Record<string, string>, ...args: string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bootstrap, ...args], {
    cwd: project,
    reject: false,
    stdin: "ignore",
    extendEnv: true,
    env: { NO_COLOR: "1", ...env },
  });
  return { code: exitCode, stdout, stderr };
}

/** A command of guestbench that is left running, to be stopped. */
export function guestbenchInBackground(...args: string[]) {
  return guestbenchInBackgroundWith({}, ...args);
}

/** The same, with variables of its own. */
export function guestbenchInBackgroundWith(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [bootstrap, ...args], {
    cwd: project,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    output: () => output,
    /** Resolves with the exit code when it ends by itself. */
    exit,
    /** Sends the signal; the exit code, null after SIGKILL. */
    ended(signal: "SIGKILL" | "SIGINT"): Promise<number | null> {
      child.kill(signal);
      return exit;
    },
  };
}

/** The host's own state that a stack must leave alone, as text to compare. */
export async function hostState(): Promise<string> {
  const looks = [
    "ip -br link | awk '{print $1}' | sort",
    "ip -br addr | awk '{print $1, $3}' | sort",
    "ip netns list",
    "awk '{print $2, $3}' /proc/mounts | sort",
    "cat /sys/kernel/mm/hugepages/*/nr_hugepages",
    "sysctl net.ipv4.ip_forward",
    "find /sys/fs/cgroup -maxdepth 2 -type d | grep -E '/(docker|machine)' || echo no cgroups",
    // one that has ended and was not reaped yet has no program any more
    "for p in /proc/[0-9]*; do [ -e $p/exe ] && cat $p/comm 2>/dev/null; done | grep -E 'dockerd|containerd|libvirtd|qemu-system|hping3|tcpdump|iperf3' | sort || echo no processes",
    "ls -A /run/guestbench /var/lib/guestbench 2>&1",
  ];
  const { stdout } = await execa("sh", ["-c", looks.join("\necho --\n")], { reject: false });
  return stdout;
}

/** Waits for a condition; throws at the deadline with what was waited for. */
export async function until(what: string, deadlineMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${deadlineMs / 1000} s for ${what}`);
    await delay(100);
  }
}

/** Folder of the newest campaign. */
export function latestCampaign(): string {
  return join(project, "results", "latest");
}

/** Whether a campaign has begun since `previous`, the text of campaign.json, was read. */
export function begunSince(previous: string): boolean {
  return readFileSync(join(latestCampaign(), "campaign.json"), "utf8") !== previous;
}

export function journal(folder: string): { event: string; [key: string]: unknown }[] {
  const file = join(folder, "journal.jsonl");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
