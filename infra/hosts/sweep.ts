/** Brings a host back without Pulumi: ends what a killed run left running, and removes every object that has a marker. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { InfraError } from "../errors.ts";
import { hostStateDir, runtimeDir } from "../toolchain/paths.ts";
import { readMarkers } from "./objects.ts";

const TERM_MS = 5_000;

function ancestors(): Set<number> {
  const found = new Set<number>([process.pid]);
  for (let pid = process.ppid; pid > 1; ) {
    found.add(pid);
    try {
      pid = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    } catch {
      break;
    }
  }
  return found;
}

/** Processes that carry GUESTBENCH_STACK=<stack> in their environment, apart from this one and those above it. */
export function strayProcesses(stack: string): number[] {
  const own = ancestors();
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && !own.has(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`GUESTBENCH_STACK=${stack}`);
      } catch {
        return false;
      }
    });
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // already gone
    }
  }
}

/** Ends stray processes: asked first, killed at a deadline. Says which. */
export async function endStrays(stack: string): Promise<string[]> {
  const names = strayProcesses(stack).map((pid) => ({ pid, name: nameOf(pid) }));
  signal(
    names.map(({ pid }) => pid),
    "SIGTERM",
  );
  const deadline = Date.now() + TERM_MS;
  while (strayProcesses(stack).length > 0 && Date.now() < deadline) await delay(50);
  signal(strayProcesses(stack), "SIGKILL");
  while (strayProcesses(stack).length > 0 && Date.now() < deadline + TERM_MS) await delay(50);
  return names.map(({ pid, name }) => `ended ${name} (process ${pid})`);
}

function nameOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`).split("/").at(-1) ?? "a process";
  } catch {
    return "a process";
  }
}

/** Shell that removes the stack's domains and containers from daemons that are the machine's own. */
function systemObjects(stack: string): string {
  return `
    docker="timeout 20 docker -H unix:///var/run/docker.sock"
    for c in $($docker ps -aq --filter label=guestbench.stack=${stack} 2>/dev/null); do $docker rm -f $c >/dev/null && echo "removed container $c"; done
    for n in $($docker network ls -q --filter label=guestbench.stack=${stack} 2>/dev/null); do $docker network rm $n >/dev/null && echo "removed docker network $n"; done
    for i in $($docker image ls -q --filter label=guestbench.stack=${stack} 2>/dev/null | sort -u); do $docker image rm -f $i >/dev/null && echo "removed docker image $i"; done
    virsh="timeout 20 virsh -q -c qemu:///system"
    for d in $($virsh list --all --name 2>/dev/null | grep '^gb_${stack}_'); do
      $virsh dumpxml $d | grep -q "urn:guestbench" || continue
      $virsh destroy $d >/dev/null 2>&1 || true
      $virsh undefine $d >/dev/null && echo "removed domain $d"
    done
    true`;
}

/** Removes what is left of the stack on the host, last made first. Says what it removed. */
export function sweep(stack: string): string[] {
  const done: string[] = [];
  const markers = readMarkers(stack).toReversed();
  const owners = new Set(markers.filter((m) => m.kind === "daemon" && m.restore === null).map((m) => m.name));
  if (owners.size > 0) done.push(...shell(systemObjects(stack)).split("\n").filter(Boolean));
  const failed: string[] = [];
  for (const { kind, name, remove } of markers) {
    try {
      shell(`set -eu\n${remove}`);
      done.push(`removed ${kind} ${name}`);
    } catch (error) {
      failed.push(`${kind} ${name}: ${(error as { stderr?: string }).stderr?.trim() || (error as Error).message}`);
    }
  }
  if (failed.length > 0)
    throw new InfraError(`could not be removed:\n${failed.map((line) => `  - ${line}`).join("\n")}`);
  rmSync(join(hostStateDir(stack), "objects"), { recursive: true, force: true });
  rmSync(runtimeDir(stack), { recursive: true, force: true });
  return done;
}

function shell(script: string): string {
  return execFileSync("/bin/sh", ["-c", script], {
    encoding: "utf8",
    timeout: 120_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
}
