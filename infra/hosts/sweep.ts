/** Brings a host back without Pulumi: ends what a killed run left running, and removes every object that has a marker. */
import { setTimeout as delay } from "node:timers/promises";
import { InfraError } from "../errors.ts";
import { hostStateDir, runtimeDir } from "../toolchain/paths.ts";
import { isTheirs, readMarkers, renderRemove } from "./objects.ts";
import { type HostShell, quote, thisMachine } from "./shell.ts";

const TERM_MS = 5_000;

interface Stray {
  pid: number;
  name: string;
}

/** Shell words that set $own to the process of the shell and those above it, which carry what it carries. */
export const CALLERS = [
  'own=" "; pid=$$',
  `while [ "\${pid:-0}" -gt 1 ]; do own="$own$pid "; pid=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$pid/status 2>/dev/null); done`,
].join("\n");

/** Processes that carry GUESTBENCH_STACK=<stack> in their environment, apart from whoever asks and those above. */
export function strayProcesses(stack: string, host: HostShell = thisMachine): Stray[] {
  const script = `
    ${CALLERS}
    for file in $(grep -lsaz '^GUESTBENCH_STACK=${stack}$' /proc/[0-9]*/environ); do
      pid=\${file#/proc/}; pid=\${pid%/environ}
      case "$own" in *" $pid "*) continue;; esac
      program=$(readlink /proc/$pid/exe 2>/dev/null) || continue
      # the look itself is no stray: its subshells have this shell as their parent
      [ "$(sed -n 's/^PPid:[^0-9]*//p' /proc/$pid/status 2>/dev/null)" = $$ ] || echo "$pid \${program##*/}"
    done
    true`;
  const lines = host.sh(script).split("\n").filter(Boolean);
  return lines.map((line) => ({ pid: Number(line.split(" ")[0]), name: line.split(" ")[1] ?? "a process" }));
}

function signal(host: HostShell, strays: readonly Stray[], name: "TERM" | "KILL"): void {
  if (strays.length > 0) host.sh(`kill -${name} ${strays.map(({ pid }) => pid).join(" ")} 2>/dev/null || true`);
}

/** Ends stray processes: asked first, killed at a deadline. Says which. */
export async function endStrays(stack: string, host: HostShell = thisMachine): Promise<string[]> {
  const found = strayProcesses(stack, host);
  if (found.length === 0) return [];
  signal(host, found, "TERM");
  const deadline = Date.now() + TERM_MS;
  let left = strayProcesses(stack, host);
  for (; left.length > 0 && Date.now() < deadline; left = strayProcesses(stack, host)) await delay(50);
  signal(host, left, "KILL");
  while (strayProcesses(stack, host).length > 0 && Date.now() < deadline + TERM_MS) await delay(50);
  return found.map(({ pid, name }) => `ended ${name} (process ${pid})`);
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
export function sweep(stack: string, host: HostShell = thisMachine): string[] {
  const done: string[] = [];
  const markers = readMarkers(stack, host).toReversed();
  if (markers.some(isTheirs)) done.push(...host.sh(systemObjects(stack)).split("\n").filter(Boolean));
  const failed: string[] = [];
  for (const marker of markers) {
    const { kind, name } = marker;
    try {
      host.sh(renderRemove(stack, marker));
      done.push(`removed ${kind} ${name}`);
    } catch (error) {
      failed.push(`${kind} ${name}: ${(error as Error).message}`);
    }
  }
  if (failed.length > 0)
    throw new InfraError(`could not be removed:\n${failed.map((line) => `  - ${line}`).join("\n")}`);
  host.sh(`rm -rf ${quote(`${hostStateDir(stack)}/objects`)} ${quote(runtimeDir(stack))}`);
  return done;
}
