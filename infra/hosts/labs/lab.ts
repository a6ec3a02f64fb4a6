/**
 * An emulated bare-metal host as an object on the machine that runs it: made by starting QEMU, there while that QEMU
 * lives, removed with its disk. To the rest of the program it is a host reached by ssh.
 */
import { join } from "node:path";
import { imageDir } from "../../images/image.ts";
import { ensureSshKeys, GUEST_HOST_ALIAS, type SshKeys } from "../../images/ssh-keys.ts";
import { hostStateDir, runtimeDir } from "../../toolchain/paths.ts";
import type { HostObject } from "../objects.ts";
import { labImage } from "./image.ts";
import { type LabInstance, type LabPaths, labArgv } from "./qemu.ts";

/** What a stack that says no more gets. */
export const LAB_DEFAULTS = { cpus: 2, memoryMiB: 3072 } as const;

/** From QEMU's start to a host that is ready; a cold boot takes seconds, a busy machine many of them. */
const DEADLINE_S = 180;
/** What a host prints on its console; `recipe/overlay` holds the other end. */
const READY = "guestbench-lab: ready";
const FAILED = "guestbench-lab: failed";

export function labPaths(stack: string, name: string): LabPaths {
  const run = join(runtimeDir(stack), "lab", name);
  const state = join(hostStateDir(stack), "lab", name);
  return {
    run,
    state,
    console: join(run, "console"),
    pidFile: join(run, "pid"),
    log: join(run, "qemu.log"),
    disk: join(state, "disk.qcow2"),
  };
}

/** How to log in as root; the host key is pinned under an alias, whatever the port. */
export function labSshArgv(sshPort: number, keys: SshKeys = ensureSshKeys()): string[] {
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

/** For words that hold no single quote. */
const words = (argv: readonly string[]) =>
  argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(" ");

/** Shell test: exit 0 while the QEMU of that pid file lives; its process number is left in `$pid`. */
function alive({ pidFile }: LabPaths): string {
  return [
    `pid=$(cat ${pidFile} 2>/dev/null)`,
    "grep -q '^qemu-system-' /proc/$pid/comm 2>/dev/null",
    // a process that has ended and waits to be reaped has no program any more
    "[ -e /proc/$pid/exe ]",
    `tr '\\0' '\\n' </proc/$pid/cmdline | grep -qxF ${pidFile}`,
  ].join(" && ");
}

/** Ends the QEMU of that pid file, politely first, and waits until it is gone. */
function end(paths: LabPaths): string {
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

/** Waits for the console's word and for ssh; ends QEMU and shows its last words where they do not come. */
function awaitReady(instance: LabInstance, paths: LabPaths, ssh: readonly string[]): string {
  return [
    `deadline=$(($(date +%s) + ${DEADLINE_S}))`,
    "give_up() {",
    `  echo "the emulated host ${instance.name} $1; its last words:" >&2`,
    `  tail -n 15 ${paths.console} ${paths.log} 2>/dev/null | tr -d '\\r' >&2 || true`,
    "  kill -9 $qemu 2>/dev/null || true",
    "  exit 1",
    "}",
    "watch() {",
    '  [ -e /proc/$qemu/exe ] || give_up "ended"',
    `  ! grep -q '${FAILED}' ${paths.console} 2>/dev/null || give_up "did not come up"`,
    `  [ "$(date +%s)" -lt $deadline ] || give_up "was not ready within ${DEADLINE_S} seconds"`,
    "}",
    `until grep -q '${READY}' ${paths.console} 2>/dev/null; do watch; sleep 0.05; done`,
    `until ${words(ssh)} true </dev/null >/dev/null 2>>${paths.log}; do watch; sleep 0.1; done`,
  ].join("\n");
}

/** Refuses a port that somebody listens on; theirs is not touched. */
function requirePort(port: number): string {
  return [
    `holder=$(ss -Hltnp 'sport = :${port}' 2>/dev/null | head -n 1)`,
    `if [ -n "$holder" ]; then echo "port ${port} is taken, choose another sshPort: $holder" >&2; exit 1; fi`,
  ].join("\n");
}

export interface LabOptions {
  /** Folder of the kind's image. */
  readonly image?: string;
  readonly ssh?: readonly string[];
}

export function labObject(stack: string, instance: LabInstance, options: LabOptions = {}): HostObject {
  const paths = labPaths(stack, instance.name);
  const image = options.image ?? imageDir(labImage(instance.kind));
  const ssh = options.ssh ?? labSshArgv(instance.sshPort);
  const argv = labArgv(instance, paths, image);
  return {
    kind: "lab",
    name: instance.name,
    exists: alive(paths),
    taken: `[ -e ${paths.pidFile} ] || [ -e ${paths.disk} ]`,
    create: [
      `[ -e ${image}/manifest.json ] || { echo "the image of this host is not built: node infra/hosts/labs/build.ts ${instance.kind}" >&2; exit 1; }`,
      requirePort(instance.sshPort),
      `mkdir -p ${paths.run} ${paths.state}`,
      `qemu-img create -q -f qcow2 -F qcow2 -b ${image}/disk.qcow2 ${paths.disk}`,
      `env -u GUESTBENCH_CAMPAIGN -u GUESTBENCH_STACK setsid ${words(argv)} </dev/null >${paths.log} 2>&1 &`,
      "qemu=$!",
      awaitReady(instance, paths, ssh),
    ].join("\n"),
    remove: [
      end(paths),
      `rm -rf ${paths.run} ${paths.state}`,
      `rmdir ${join(paths.run, "..")} ${join(paths.state, "..")} 2>/dev/null || true`,
    ].join("\n"),
  };
}
