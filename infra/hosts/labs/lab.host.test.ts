/** The object's scripts with stand-ins for QEMU and ssh: what happens when things go wrong, without waiting for a boot. */
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ensureSshKeys } from "../../images/ssh-keys.ts";
import { shellProblems } from "../shell-check.ts";
import { root, sh, throwawayStack } from "../testing.ts";
import { labKinds } from "./kinds.ts";
import { labObject, labPaths } from "./lab.ts";
import { cloneCommands } from "./qemu.ts";
import { freePort, templateDir } from "./template.ts";

const { stack, make, remove, exists, cleanUp } = throwawayStack("-labs");
const paths = labPaths(stack, "one");
let dir = "";
let port = 0;
const lab = () =>
  labObject(
    stack,
    { kind: "kvm", name: "one", cpus: 1, memoryMiB: 1024, sshPort: port },
    { image: join(dir, "image"), keys: ensureSshKeys(join(dir, "ssh")), deadlineSeconds: 2 },
  );

/** A program that stands for another, first on PATH. */
function standIn(name: string, script: string): void {
  writeFileSync(join(dir, "bin", name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, "bin", name), 0o755);
}

/** QEMU's part: a pid file, words on the console, and a process that stays. */
const emulator = (...more: string[]) =>
  [
    '[ "$1" != --version ] || { echo QEMU emulator version 1; exit; }',
    `env >${dir}/environment; echo "$@" >${dir}/arguments`,
    'for word; do case $before in -pidfile) echo $$ >"$word";; -serial) console=$(echo "$word" | cut -d: -f2);; esac; before=$word; done',
    ...more,
  ].join("\n");
const READY = 'echo "guestbench-lab: ready" >$console';
const STAY = "while :; do sleep 0.1; done";

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "lab-"));
  port = await freePort();
  vi.stubEnv("GUESTBENCH_CACHE", join(dir, "cache"));
  vi.stubEnv("PATH", `${join(dir, "bin")}:${process.env.PATH}`);
  for (const folder of ["bin", "image"]) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, "image", "manifest.json"), "{}");
  standIn("qemu-img", 'for last; do :; done; : >"$last"');
  standIn("ssh", "exit 0");
});
afterEach(() => {
  cleanUp(lab());
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

test.each(labKinds)("the scripts of %s can be read by the shell", (kind) => {
  const object = labObject(stack, { kind, name: "one", cpus: 1, memoryMiB: 1024, sshPort: 1 }, { image: "/image" });
  for (const script of [object.exists, object.taken ?? "", object.create, object.remove])
    expect(shellProblems(script)).toBe("");
});

describe.skipIf(!root)("an emulated host as an object", () => {
  test("runs in the background, belongs to no campaign, and goes with its files", () => {
    standIn("qemu-system-x86_64", emulator(READY, STAY));
    vi.stubEnv("GUESTBENCH_STACK", stack);
    vi.stubEnv("GUESTBENCH_CAMPAIGN", "some");
    expect(make(lab())).toMatchObject({ ok: true, stderr: "" });
    expect(exists(lab())).toBe(true);
    expect(readFileSync(join(dir, "environment"), "utf8")).not.toMatch(/GUESTBENCH_(STACK|CAMPAIGN)/);
    const pid = readFileSync(paths.pidFile, "utf8").trim();
    expect(remove(lab())).toMatchObject({ ok: true, stderr: "" });
    expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
    expect([paths.run, paths.state].map((path) => existsSync(path))).toEqual([false, false]);
    expect(remove(lab()).ok).toBe(true);
  });

  test("one that ends at once: its last words are shown", () => {
    standIn("qemu-system-x86_64", emulator("echo 'no such machine' >&2; exit 1"));
    const { ok, stderr } = make(lab());
    expect(ok).toBe(false);
    expect(stderr).toMatch(/the emulated host one ended; its last words:.*no such machine/s);
    expect(exists(lab())).toBe(false);
  });

  test("one whose console says that it failed is ended, and its console shown", () => {
    standIn("qemu-system-x86_64", emulator('echo "guestbench-lab: failed: no disk" >$console', STAY));
    const { ok, stderr } = make(lab());
    expect(ok).toBe(false);
    expect(stderr).toMatch(/one did not come up; its last words:.*failed: no disk/s);
    expect(exists(lab())).toBe(false);
  });

  test.each([
    ["says nothing", emulator(STAY)],
    ["is not let in by ssh", emulator(READY, STAY)],
  ])("one that %s is given up at the deadline", (_, script) => {
    standIn("qemu-system-x86_64", script);
    standIn("ssh", "exit 255");
    const { ok, stderr } = make(lab());
    expect(ok).toBe(false);
    expect(stderr).toContain("the emulated host one was not ready within 2 seconds");
    expect(exists(lab())).toBe(false);
  });

  test("one that does not want to end is killed", { timeout: 30_000 }, () => {
    standIn("qemu-system-x86_64", emulator("trap '' TERM", READY, STAY));
    expect(make(lab()).ok).toBe(true);
    expect(remove(lab())).toMatchObject({ ok: true, stderr: "" });
    expect(exists(lab())).toBe(false);
  });

  test("a port that somebody listens on is left to them", async () => {
    standIn("qemu-system-x86_64", emulator(READY, STAY));
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    const { ok, stderr } = make(lab());
    expect(ok).toBe(false);
    expect(stderr).toContain(`port ${port} is taken, choose another sshPort`);
    expect(stderr).toContain(`pid=${process.pid}`);
    expect(server.listening).toBe(true);
    expect(existsSync(join(dir, "arguments"))).toBe(false);
    await new Promise((resolve) => server.close(resolve));
  });

  test("an image that is not built is asked for", () => {
    rmSync(join(dir, "image", "manifest.json"));
    expect(make(lab()).stderr).toContain("is not built: node infra/hosts/labs/build.ts kvm");
  });

  test("a process that came to have the number of a QEMU that died is neither taken for it nor ended", () => {
    const sleeper = sh("sleep 60 >/dev/null 2>&1 & echo $!").stdout;
    mkdirSync(paths.run, { recursive: true });
    writeFileSync(paths.pidFile, sleeper);
    expect(exists(lab())).toBe(false);
    expect(remove(lab()).ok).toBe(true);
    expect(existsSync(`/proc/${sleeper}/exe`)).toBe(true);
    process.kill(Number(sleeper));
  });

  test("files of that name that are nobody's we know are not overwritten", () => {
    mkdirSync(paths.state, { recursive: true });
    writeFileSync(paths.disk, "somebody's");
    expect(make(lab())).toMatchObject({ ok: false, status: 3 });
    expect(readFileSync(paths.disk, "utf8")).toBe("somebody's");
  });

  test("where there is a template, the host is a copy of it, told how on its control channel", () => {
    standIn("qemu-system-x86_64", emulator(`cat >${dir}/commands`, `echo '{"event": "RESUME"}'`, STAY));
    standIn("ssh", `cat >${dir}/random; for last; do :; done; echo "$last" >${dir}/adopt`);
    const template = templateDir({ kind: "kvm", cpus: 1, memoryMiB: 1024 }, join(dir, "image"));
    mkdirSync(template, { recursive: true });
    writeFileSync(join(template, "manifest.json"), "{}");
    expect(make(lab())).toMatchObject({ ok: true, stderr: "" });
    expect(readFileSync(join(dir, "arguments"), "utf8")).toContain(`mem-path=${template}/memory,share=off`);
    expect(readFileSync(join(dir, "commands"), "utf8").trim().split("\n")).toEqual(cloneCommands(`${template}/state`));
    expect(readFileSync(join(dir, "adopt"), "utf8")).toMatch(
      /^\/usr\/lib\/guestbench\/adopt one [0-9a-f]{32} 52:54:\S+ \d+\.\d+$/m,
    );
    expect(readFileSync(join(dir, "random"))).toHaveLength(64);
  });

  test("a template of an image that was built again since is not used", () => {
    standIn("qemu-system-x86_64", emulator(READY, STAY));
    const template = templateDir({ kind: "kvm", cpus: 1, memoryMiB: 1024 }, join(dir, "image"));
    mkdirSync(template, { recursive: true });
    writeFileSync(join(template, "manifest.json"), "{ }");
    expect(make(lab())).toMatchObject({ ok: true, stderr: "" });
    expect(readFileSync(join(dir, "arguments"), "utf8")).not.toContain("-incoming");
  });
});
