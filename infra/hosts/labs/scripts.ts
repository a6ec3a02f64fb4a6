/** Shell pieces that start, watch and end the QEMU of an emulated host; pure. They run with `set -eu`. */
import { GUEST_HOST_ALIAS, type SshKeys } from "../../images/ssh-keys.ts";
import { type LabPaths, labId, labMac } from "./qemu.ts";

/** What a host prints on its console; `recipe/` holds the other end. */
const READY = "guestbench-lab: ready";
const FAILED = "guestbench-lab: failed";

/** A word may hold the variable `$template`; no word holds a quote. */
export function shellWords(argv: readonly string[]): string {
  const quote = (word: string) => (word.includes("$template") ? `"${word}"` : `'${word}'`);
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quote(word))).join(" ");
}

/** How to log in as root; the host key is pinned under an alias, whatever the port. */
export function labSshArgv(sshPort: number, keys: SshKeys): string[] {
  const options = {
    UserKnownHostsFile: keys.knownHostsFile,
    HostKeyAlias: GUEST_HOST_ALIAS,
    StrictHostKeyChecking: "yes",
    IdentitiesOnly: "yes",
    BatchMode: "yes",
    ConnectTimeout: "10",
    LogLevel: "ERROR",
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return ["ssh", "-F", "none", "-i", keys.identityFile, ...flags, "-p", String(sshPort), "root@127.0.0.1"];
}

/** Refuses a port that somebody listens on; theirs is not touched. */
export function requirePort(port: number): string {
  return [
    `holder=$(ss -Hltnp 'sport = :${port}' 2>/dev/null | head -n 1)`,
    `if [ -n "$holder" ]; then echo "port ${port} is taken, choose another sshPort: $holder" >&2; exit 1; fi`,
  ].join("\n");
}

/** Shell test: exit 0 while the QEMU of that pid file lives; its process number is left in `$pid`. */
export function alive({ pidFile }: LabPaths): string {
  return [
    `pid=$(cat ${pidFile} 2>/dev/null)`,
    "grep -q '^qemu-system-' /proc/$pid/comm 2>/dev/null",
    // a process that has ended and waits to be reaped has no program any more
    "[ -e /proc/$pid/exe ]",
    `tr '\\0' '\\n' </proc/$pid/cmdline | grep -qxF ${pidFile}`,
  ].join(" && ");
}

/** Ends the QEMU of that pid file, politely first, and waits until it is gone. */
export function end(paths: LabPaths): string {
  return [
    `if ${alive(paths)}; then`,
    "  kill $pid 2>/dev/null || true; i=0",
    "  while [ -e /proc/$pid/exe ]; do",
    "    i=$((i+1)); [ $i -ne 100 ] || kill -9 $pid 2>/dev/null || true",
    `    [ $i -lt 200 ] || { echo "QEMU (process $pid) does not end" >&2; exit 1; }`,
    "    sleep 0.05",
    "  done",
    "fi",
  ].join("\n");
}

/** Defines `watch`, which gives up, ends the process in `$qemu` and shows its last words when there is no hope left. */
export function watching(name: string, paths: LabPaths, deadlineSeconds: number): string {
  return [
    `deadline=$(($(date +%s) + ${deadlineSeconds}))`,
    "give_up() {",
    `  echo "the emulated host ${name} $1; its last words:" >&2`,
    `  tail -n 15 ${paths.console} ${paths.log} 2>/dev/null | tr -d '\\r' >&2 || true`,
    "  kill -9 $qemu 2>/dev/null || true",
    "  exit 1",
    "}",
    "watch() {",
    '  [ -e /proc/$qemu/exe ] || give_up "ended"',
    `  ! grep -q '${FAILED}' ${paths.console} 2>/dev/null || give_up "did not come up"`,
    `  [ "$(date +%s)" -lt $deadline ] || give_up "was not ready within ${deadlineSeconds} seconds"`,
    "}",
  ].join("\n");
}

/**
 * Waits for a host's first sign of life: its word on the console after a boot, QEMU's own that it runs after a copy; needs
 * `watch`. User networking takes connections before that, and a connection that comes too early costs seconds.
 */
export function awaitLife(how: "boot" | "clone", { console, log }: LabPaths): string {
  const [word, file] = how === "boot" ? [READY, console] : ['"RESUME"', log];
  return `until grep -q '${word}' ${file} 2>/dev/null; do watch; sleep 0.02; done`;
}

/** Makes it a host of its own as soon as it answers; needs `watch`. */
export function adopt(name: string, { log }: LabPaths, ssh: readonly string[]): string {
  const program = `/usr/lib/guestbench/adopt ${name} ${labId(name)} ${labMac(name)}`;
  return [
    `until head -c 64 /dev/urandom | timeout 60 ${shellWords(ssh)} "${program} $(date +%s.%N)" >/dev/null 2>>${log}; do`,
    "  watch; sleep 0.1",
    "done",
  ].join("\n");
}
