import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { InfraError } from "../errors.ts";
import { hostStateDir, runtimeDir } from "../toolchain/paths.ts";
import { chooseDaemons, dockerDaemon, libvirtDaemon, restoreDaemons } from "./daemons.ts";
import { readMarkers } from "./objects.ts";
import { type HostFacts, probeGenerations } from "./probe.ts";
import { root, sh, throwawayStack } from "./testing.ts";

const { stack, make, remove, exists, cleanUp } = throwawayStack("-daemons");
const docker = dockerDaemon(stack);
const pidFile = join(runtimeDir(stack), "docker", "docker.pid");
let bin = "";

/** Programs that stand for the daemons and their clients, first on PATH. */
function standIn(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

const living = [
  `while [ $# -gt 0 ]; do [ "$1" = --pidfile ] && pid=$2; shift; done`,
  `env >"$(dirname $pid)/environment"`,
  "echo $$ >$pid",
  "while :; do sleep 0.1; done",
].join("\n");

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "daemons-"));
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  standIn("docker", `[ -e /proc/$(cat ${pidFile})/exe ]`);
  standIn("virsh", "exit 1");
});
afterEach(() => {
  cleanUp(docker);
  vi.unstubAllEnvs();
  rmSync(bin, { recursive: true });
});

describe.skipIf(!root)("daemons of the stack's own", { timeout: 90_000 }, () => {
  test("a daemon that will not start: its last words are shown, and its marker knows of it", () => {
    standIn("dockerd", "echo 'failed to start: no space left on device' >&2; exit 1");
    const { ok, stderr } = make(docker);
    expect(ok).toBe(false);
    expect(stderr).toContain("dockerd ended or did not answer within 30 seconds; its last words:");
    expect(stderr).toContain("failed to start: no space left on device");
    expect(readMarkers(stack)).toMatchObject([{ kind: "daemon", name: "docker", complete: false }]);
    expect(remove(docker).ok).toBe(true);
    expect(existsSync(join(runtimeDir(stack), "docker"))).toBe(false);
    expect(existsSync(join(hostStateDir(stack), "docker"))).toBe(false);
  });

  test("a libvirtd that will not start", () => {
    standIn("libvirtd", "echo 'cannot load the driver' >&2; exit 6");
    const libvirt = libvirtDaemon(stack, null);
    const { ok, stderr } = make(libvirt);
    expect({ ok, stderr: stderr.split("\n")[0] }).toEqual({
      ok: false,
      stderr: "libvirtd ended or did not answer within 30 seconds; its last words:",
    });
    expect(stderr).toContain("cannot load the driver");
    expect(remove(libvirt)).toMatchObject({ ok: true, stderr: "" });
    expect(existsSync(join(runtimeDir(stack), "libvirt"))).toBe(false);
  });

  test("runs in the background, belongs to no campaign, and ends with its directories", () => {
    standIn("dockerd", living);
    vi.stubEnv("GUESTBENCH_STACK", stack);
    vi.stubEnv("GUESTBENCH_CAMPAIGN", "some");
    expect(make(docker)).toMatchObject({ ok: true, stderr: "" });
    expect(exists(docker)).toBe(true);
    const environment = readFileSync(join(runtimeDir(stack), "docker", "environment"), "utf8");
    expect(environment).toContain("PATH=");
    expect(environment).not.toMatch(/GUESTBENCH_(STACK|CAMPAIGN)/);
    const pid = readFileSync(pidFile, "utf8").trim();
    expect(remove(docker)).toMatchObject({ ok: true, stderr: "" });
    expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
    expect(existsSync(join(runtimeDir(stack), "docker"))).toBe(false);
  });

  test("one that died is started again as the same generation, with its state", () => {
    standIn("dockerd", living);
    make(docker, "first");
    expect(restoreDaemons(stack)).toEqual([]);
    writeFileSync(join(hostStateDir(stack), "docker", "image"), "kept");
    sh(`kill -9 $(cat ${pidFile})`);
    expect(probeGenerations(stack)("daemon", "docker")).toBe("first");
    expect(restoreDaemons(stack)).toEqual(["docker daemon started again"]);
    expect(exists(docker)).toBe(true);
    expect(readFileSync(join(hostStateDir(stack), "docker", "image"), "utf8")).toBe("kept");
  });

  test("one that cannot be started again says why", () => {
    standIn("dockerd", living);
    make(docker);
    sh(`kill -9 $(cat ${pidFile}); rm ${pidFile}`);
    standIn("dockerd", "echo broken >&2; exit 1");
    expect(() => restoreDaemons(stack)).toThrow(InfraError);
    expect(() => restoreDaemons(stack)).toThrow(
      /docker daemon of stack \S+ could not be started again: dockerd ended.*broken/s,
    );
  });

  test("the choice is kept: a stack that began with its own daemon stays with it", () => {
    standIn("dockerd", living);
    make(docker);
    const facts = { systemDocker: true, systemLibvirt: true } as HostFacts;
    expect(chooseDaemons(stack, facts, null, readMarkers(stack))).toMatchObject({
      docker: { own: true },
      libvirt: { own: false },
    });
  });

  test("a stack that uses the machine's own daemon is told to start it, and starts nothing", () => {
    const facts = { systemDocker: true, systemLibvirt: true } as HostFacts;
    const { docker: system } = chooseDaemons(stack, facts, null, readMarkers(stack));
    expect(make(system).ok).toBe(true);
    standIn("docker", "exit 1");
    expect(() => restoreDaemons(stack)).toThrow(
      `the docker daemon of this machine, which stack ${stack} uses, does not answer: start it`,
    );
    expect(chooseDaemons(stack, { ...facts, systemDocker: false }, null, readMarkers(stack)).docker.own).toBe(false);
  });
});
