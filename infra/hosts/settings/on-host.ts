/** For tests: the scripts of a setting, run on a recorded host by one shell or another. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { driftScript, parseDrift } from "./drift.ts";
import { recordsDir, settingObject } from "./object.ts";
import { parseFound } from "./probe.ts";
import { KERNEL, type RecordedHost } from "./recorded-host.ts";
import type { Setting } from "./setting.ts";
import { PRELUDE } from "./shell.ts";

export const STACK = "demo";

const SYSTEM = ["/bin/sh"];
const BUSYBOX = ["/bin/busybox", "sh"];
/** The system's shell, and busybox's where it is installed. */
export const SHELLS: Record<string, string[]> = {
  system: SYSTEM,
  ...(existsSync("/bin/busybox") ? { busybox: BUSYBOX } : {}),
};

export function run(host: RecordedHost, script: string, env: Record<string, string> = {}, shell = SYSTEM) {
  const [command = "", ...args] = shell;
  const { status, stdout, stderr, signal } = spawnSync(command, [...args, "-c", script], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", GB_ROOT: host.root, ...env },
  });
  return { status, signal, stdout, stderr: stderr.trim() };
}

interface Conditions {
  required?: boolean;
  kernel?: string;
}

/** The scripts of a setting on a recorded host whose kernel answers as a real one. */
export function onHost<S extends z.ZodType>(
  host: RecordedHost,
  given: Setting<S>,
  wanted: z.input<S>,
  { required = true, kernel = KERNEL }: Conditions = {},
) {
  const setting = { ...given, functions: `${given.functions ?? ""}${kernel}` } as Setting;
  const value = given.schema.parse(wanted);
  const object = settingObject(STACK, setting, value, required);
  const file = join(host.root, recordsDir(STACK), given.name);
  return {
    object,
    value,
    probe: (shell = SYSTEM) =>
      parseFound(run(host, `set -eu\n${PRELUDE}${setting.functions}\n${setting.probe}`, {}, shell).stdout),
    create: (env = {}, shell = SYSTEM) => run(host, `set -eu\n${object.create}`, env, shell),
    remove: (env = {}, shell = SYSTEM) => run(host, `set -eu\n${object.remove}`, env, shell),
    exists: (shell = SYSTEM) => run(host, object.exists, {}, shell).status === 0,
    drift: () => parseDrift(run(host, driftScript(STACK, [setting])).stdout),
    /** The record on the host, without the line about the boot; null where there is none. */
    record: () => (existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(1, -1) : null),
    restart: () => host.write("/proc/sys/kernel/random/boot_id", "00000000-0000-4000-8000-000000000000\n"),
  };
}
