/**
 * Makes templates: boots a host once, lets it do what first starts cost, stops it and keeps memory, devices and disk.
 * A copy of that is up in a second.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { z } from "zod";
import { InfraError } from "../../errors.ts";
import { lock, tryLock } from "../../images/lock.ts";
import { ensureSshKeys } from "../../images/ssh-keys.ts";
import { type LabInstance, type LabPaths, labArgv, SHARED_MEMORY } from "./qemu.ts";
import { Qmp } from "./qmp.ts";
import { awaitLife, labSshArgv, watching } from "./scripts.ts";
import { TEMPLATE_FILES, templatesDir, templateVariable, usableTemplate } from "./template-key.ts";

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
  if (usable(dir, image)) return dir;
  const held = await lock(`${dir}.lock`, () => progress(`waiting for another template of ${size.kind}`));
  try {
    if (usable(dir, image)) return dir;
    await sweepTemplates(dir);
    await makeTemplate(size, image, dir, progress);
    return dir;
  } finally {
    await held.release();
  }
}

function usable(template: string, image: string): boolean {
  const script = `template=${template}; ${usableTemplate(image)}`;
  return spawnSync("/bin/sh", ["-euc", script], { stdio: "ignore" }).status === 0;
}

const imageSchema = z.looseObject({ dir: z.string() });

/** Removes what died while it was made, and templates whose image is gone; one that is being made holds its lock. */
export async function sweepTemplates(ours: string): Promise<void> {
  const parent = templatesDir();
  const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const path of folders.map(({ name }) => join(parent, name))) {
    const template = path.replace(/\.new$/, "");
    const manifest = join(path, TEMPLATE_FILES.image);
    if (existsSync(manifest) && existsSync(imageSchema.parse(JSON.parse(readFileSync(manifest, "utf8"))).dir)) continue;
    const dead = template === ours ? undefined : await tryLock(`${template}.lock`);
    if (template === ours || dead) rmSync(path, { recursive: true, force: true });
    await dead?.release();
  }
}

async function makeTemplate(size: TemplateSize, image: string, dir: string, progress: (line: string) => void) {
  const temp = `${dir}.new`;
  mkdirSync(temp, { recursive: true });
  try {
    await record({ ...size, name: `lab-${size.kind}`, sshPort: await freePort() }, image, temp, progress);
    copyFileSync(join(image, TEMPLATE_FILES.image), join(temp, TEMPLATE_FILES.image));
    rmSync(dir, { recursive: true, force: true });
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
    await shell(`qemu=${qemu.pid}\n${watching(instance.name, paths, BOOT_S)}\n${awaitLife("boot", paths)}`);
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
