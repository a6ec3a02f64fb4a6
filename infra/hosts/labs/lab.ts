/**
 * An emulated bare-metal host as an object on the machine that runs it: made by starting QEMU, there while that QEMU
 * lives, removed with its disk. To the rest of the program it is a host reached by ssh.
 *
 * Where a template of its kind and size is in the cache, the host is a copy of that (a second), else it boots (several).
 */
import { join } from "node:path";
import { imageDir } from "../../images/image.ts";
import { ensureSshKeys, type SshKeys } from "../../images/ssh-keys.ts";
import { hostStateDir, runtimeDir } from "../../toolchain/paths.ts";
import type { HostObject } from "../objects.ts";
import { labImage } from "./image.ts";
import { cloneCommands, type LabInstance, type LabPaths, labArgv } from "./qemu.ts";
import { adopt, alive, awaitLife, end, labSshArgv, requirePort, shellWords, watching } from "./scripts.ts";
import { TEMPLATE_FILES, templateVariable, usableTemplate } from "./template-key.ts";

/** What a stack that says no more gets. */
export const LAB_DEFAULTS = { cpus: 2, memoryMiB: 3072 } as const;

/** `run` is gone after a reboot, `state` holds the disk. */
export function labPaths(stack: string, name: string): LabPaths & { run: string; state: string } {
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

export interface LabOptions {
  /** Folder of the kind's image. */
  readonly image?: string;
  readonly keys?: SshKeys;
  /** From QEMU's start to a host that answers. */
  readonly deadlineSeconds?: number;
}

/** Seconds; on a busy machine many of them. */
const DEADLINE_S = 300;

export function labObject(stack: string, instance: LabInstance, options: LabOptions = {}): HostObject {
  const { kind, name, sshPort } = instance;
  const paths = labPaths(stack, name);
  const image = options.image ?? imageDir(labImage(kind));
  const ssh = labSshArgv(sshPort, options.keys ?? ensureSshKeys());
  const file = (part: keyof typeof TEMPLATE_FILES) => `$template/${TEMPLATE_FILES[part]}`;
  const start = (argv: readonly string[]) =>
    `env -u GUESTBENCH_CAMPAIGN -u GUESTBENCH_STACK setsid ${shellWords(argv)}`;
  const overlay = (backing: string) => `qemu-img create -q -f qcow2 -F qcow2 -b "${backing}" ${paths.disk}`;
  return {
    kind: "lab",
    name,
    exists: alive(paths),
    taken: `[ -e ${paths.pidFile} ] || [ -e ${paths.disk} ]`,
    create: [
      `[ -e ${image}/manifest.json ] || { echo "the image of this host is not built: node infra/hosts/labs/build.ts ${kind}" >&2; exit 1; }`,
      requirePort(sshPort),
      `mkdir -p ${paths.run} ${paths.state}`,
      templateVariable(instance, image),
      watching(name, paths, options.deadlineSeconds ?? DEADLINE_S),
      `if ${usableTemplate(image)}; then`,
      overlay(file("disk")),
      `${start(labArgv(instance, paths, image, { how: "clone", memoryFile: file("memory") }))} >>${paths.log} 2>&1 <<END &`,
      ...cloneCommands(file("state")),
      "END",
      "qemu=$!",
      awaitLife("clone", paths),
      "else",
      overlay(`${image}/disk.qcow2`),
      `${start(labArgv(instance, paths, image, { how: "boot" }))} >>${paths.log} 2>&1 </dev/null &`,
      "qemu=$!",
      awaitLife("boot", paths),
      "fi",
      adopt(name, paths, ssh),
    ].join("\n"),
    remove: [
      end(paths),
      `rm -rf ${paths.run} ${paths.state}`,
      `rmdir ${join(paths.run, "..")} ${join(paths.state, "..")} 2>/dev/null || true`,
    ].join("\n"),
  };
}
