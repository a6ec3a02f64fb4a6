/**
 * Makes templates: boots a host once, lets it do what first starts cost, stops it and keeps memory, devices and disk.
 * A copy of that is up in a second.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { z } from "zod";
import { InfraError } from "../../errors.ts";
import { lock } from "../../images/lock.ts";
import { ensureSshKeys } from "../../images/ssh-keys.ts";
import { type LabInstance, type LabPaths, labArgv, SHARED_MEMORY } from "./qemu.ts";
import { Qmp } from "./qmp.ts";
import { awaitBoot, labSshArgv, watching } from "./scripts.ts";
import { TEMPLATE_FILES, templateVariable } from "./template-key.ts";

const BOOT_S = 300;
const SAVE_MS = 60_000;

export type TemplateSize = Pick<LabInstance, "kind" | "cpus" | "memoryMiB">;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new InfraError("no free port was found");
  return address.port;
}

/** The folder of the template, whether it is there or not. */
export function templateDir(size: TemplateSize, image: string): string {
  const script = `${templateVariable(size, image)}; printf %s "$template"`;
  return execFileSync("/bin/sh", ["-euc", script], { encoding: "utf8" });
}

/** Makes sure that the template is there; gives its folder. */
export async function ensureTemplate(
  size: TemplateSize,
  image: string,
  progress: (line: string) => void = () => {},
): Promise<string> {
  const dir = templateDir(size, image);
  const complete = join(dir, TEMPLATE_FILES.complete);
  if (existsSync(complete)) return dir;
  const held = await lock(`${dir}.lock`, () => progress(`waiting for another template of ${size.kind}`));
  try {
    if (!existsSync(complete)) await makeTemplate(size, image, dir, progress);
    return dir;
  } finally {
    await held.release();
  }
}

async function makeTemplate(size: TemplateSize, image: string, dir: string, progress: (line: string) => void) {
  const temp = `${dir}.new`;
  rmSync(temp, { recursive: true, force: true });
  mkdirSync(temp, { recursive: true });
  const started = Date.now();
  try {
    await record({ ...size, name: `lab-${size.kind}`, sshPort: await freePort() }, image, temp, progress);
    const seconds = Math.round((Date.now() - started) / 100) / 10;
    const about = { ...size, image, seconds, madeAt: new Date(started).toISOString() };
    writeFileSync(join(temp, TEMPLATE_FILES.complete), `${JSON.stringify(about, null, 2)}\n`);
    renameSync(temp, dir);
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

async function record(instance: LabInstance, image: string, dir: string, progress: (line: string) => void) {
  const file = (part: keyof typeof TEMPLATE_FILES) => join(dir, TEMPLATE_FILES[part]);
  const paths: LabPaths = {
    console: join(dir, "console"),
    pidFile: join(dir, "pid"),
    log: join(dir, "qemu.log"),
    disk: file("disk"),
  };
  const control = join(dir, "control");
  const argv = labArgv(instance, paths, image, { how: "record", memoryFile: file("memory"), control });
  await execa("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", join(image, "disk.qcow2"), paths.disk]);
  progress(`booting a host of kind ${instance.kind} as a template`);
  const log = openSync(paths.log, "w");
  // if this process dies, so does QEMU
  const qemu = spawn("setpriv", ["--pdeathsig", "KILL", ...argv], { stdio: ["ignore", log, log] });
  closeSync(log);
  const ended = once(qemu, "exit");
  try {
    const ssh = labSshArgv(instance.sshPort, ensureSshKeys());
    await shell(`qemu=${qemu.pid}\n${watching(instance.name, paths, BOOT_S)}\n${awaitBoot(paths, ssh)}`);
    progress("letting its daemons start once");
    const [program = "", ...options] = ssh;
    await execa(program, [...options, "/usr/lib/guestbench/warm"], { stdin: "ignore", timeout: 120_000 });
    progress("saving it");
    await save(control, file("state"));
    await ended;
  } catch (cause) {
    throw cause instanceof InfraError ? cause : new InfraError(`no template was made: ${lastLine(cause)}`, { cause });
  } finally {
    qemu.kill("SIGKILL");
  }
  for (const left of [paths.console, paths.log, paths.pidFile, control]) rmSync(left, { force: true });
}

const lastLine = (error: unknown) => {
  const { stderr, message } = error as { stderr?: string; message: string };
  return stderr?.trim() || message;
};

const shell = (script: string) => execa("/bin/sh", ["-euc", script], { stdin: "ignore" });

const migrationSchema = z.looseObject({ status: z.string().optional(), "error-desc": z.string().optional() });

/**
 * Writes everything but the memory, which is in its file already, and ends QEMU. The machine is stopped by the saving
 * itself and not before: what was saved as running runs at once where it is loaded.
 */
async function save(control: string, state: string): Promise<void> {
  const qmp = await Qmp.connect(control);
  try {
    await qmp.execute("migrate-set-capabilities", { capabilities: [SHARED_MEMORY] });
    await qmp.execute("migrate", { uri: `exec:cat >${state}` });
    const deadline = Date.now() + SAVE_MS;
    for (;;) {
      const { status, "error-desc": problem } = migrationSchema.parse(await qmp.execute("query-migrate"));
      if (status === "completed") break;
      if (status === "failed" || Date.now() > deadline)
        throw new InfraError(`the template was not saved: ${problem ?? status}`);
      await delay(20);
    }
    await qmp.execute("quit");
  } finally {
    qmp.close();
  }
}
