/**
 * The sign of life of a lease: a process beside this one touches the lease on the host again and again, also while this
 * one is busy, and dies with it. Every beat starts here, so that a host that lost its controller lets the lease grow old.
 */
import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { type HostShell, quote, scriptArgv } from "./shell.ts";

/** A lease whose holder gave no sign of life for so long is dead. */
export const DEADLINE_S = 60;
const BEAT_S = 10;
const RETRY_S = 5;

/** Pure: on the host, one touch per line read, by the shell's own means as far as they go; says if the lease is another's. */
function renderBeats(file: string, token: string): string {
  return `while read -r _; do
  held=
  read -r held 2>/dev/null <${quote(file)} || true
  case $held in
    *${token}*) touch -c ${quote(file)} ;;
    *) printf 'lost %s\\n' "$held"; exit 0 ;;
  esac
done
exit 1`;
}

/** Pure: here, beats until the input ends or the lease is lost; a host that is out of reach is tried again. */
function renderHeart(beats: readonly string[], { beatS = BEAT_S, retryS = RETRY_S } = {}): string {
  return `beat() { while echo; do sleep ${beatS}; done; }
while :; do
  if beat | ${beats.map(quote).join(" ")}; then exit; fi
  sleep ${retryS}
done &
cat >/dev/null
kill 0`;
}

export interface Heartbeat {
  stop(): void;
}

export function startHeartbeat(
  host: HostShell,
  file: string,
  token: string,
  onLost: (holder: string) => void,
  pace: { beatS?: number; retryS?: number } = {},
): Heartbeat {
  const script = renderHeart(scriptArgv(host.prefix, renderBeats(file, token)), pace);
  const { GUESTBENCH_STACK: _stack, GUESTBENCH_CAMPAIGN: _campaign, ...env } = process.env;
  // a group of its own: a Ctrl-C at the terminal must not end it while the clean-up goes on
  const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "pipe", "ignore"], env });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    const [, holder] = /^lost (.*)\n/m.exec(said) ?? [];
    if (holder === undefined) return;
    child.stdout.destroy();
    onLost(holder);
  });
  // nobody is kept waiting for it
  for (const handle of [child, child.stdin as Socket, child.stdout as Socket]) handle.unref();
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  return {
    stop() {
      child.stdin.destroy();
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        try {
          process.kill(-child.pid, "SIGTERM");
        } catch {
          // ended in between
        }
    },
  };
}
