import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import { shellBehind, thisMachine } from "./shell.ts";

const pace = { beatS: 0.1, retryS: 0.1 };
let dir: string;
let file: string;
let heartbeat: Heartbeat | null;
let lost: string[];
const write = (token: string) => writeFileSync(file, `{"token":"${token}"}\n`);
const age = () => Date.now() - statSync(file).mtimeMs;
const makeOld = () => utimesSync(file, 0, 0);
/** Processes whose arguments name the lease. */
const alive = () =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(dir);
    } catch {
      return false;
    }
  });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "gb-beat-"));
  file = join(dir, "lease.json");
  lost = [];
  write("mine");
  makeOld();
});
afterEach(async () => {
  heartbeat?.stop();
  heartbeat = null;
  await expect.poll(alive).toEqual([]);
  rmSync(dir, { recursive: true });
});

function start(host = thisMachine) {
  heartbeat = startHeartbeat(host, file, "mine", (holder) => lost.push(holder), pace);
}

describe("the sign of life of a lease", () => {
  test("comes again and again, and ends with its stop", async () => {
    start();
    await expect.poll(age).toBeLessThan(5000);
    makeOld();
    await expect.poll(age).toBeLessThan(5000);
    heartbeat?.stop();
    await expect.poll(alive).toEqual([]);
    makeOld();
    await delay(400);
    expect(age()).toBeGreaterThan(5000);
    expect(lost).toEqual([]);
  });

  test("comes while this process is busy", async () => {
    start();
    await expect.poll(age).toBeLessThan(5000);
    makeOld();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    expect(age()).toBeLessThan(5000);
  });

  test("says when the lease is another's, and leaves that one alone", async () => {
    start();
    await expect.poll(age).toBeLessThan(5000);
    write("theirs");
    makeOld();
    await expect.poll(() => lost).toEqual(['{"token":"theirs"}']);
    expect(age()).toBeGreaterThan(5000);
  });

  test("says when the lease is gone, and does not make it again", async () => {
    start();
    await expect.poll(age).toBeLessThan(5000);
    rmSync(file);
    await expect.poll(() => lost).toEqual([""]);
    expect(readdirSync(dir)).toEqual([]);
  });

  test("goes on after the host was out of reach", async () => {
    const gate = join(dir, "gate");
    writeFileSync(gate, "");
    // a way to the host that breaks while it is shut
    const way = ["/bin/sh", "-c", `[ ! -e ${gate} ] || exit 255; exec "$@"`, "way"];
    start(shellBehind(way, "far away"));
    await delay(500);
    expect(age()).toBeGreaterThan(5000);
    rmSync(gate);
    await expect.poll(age).toBeLessThan(5000);
    expect(lost).toEqual([]);
  });

  test("ends with a process that is killed", { timeout: 30_000 }, async () => {
    const from = JSON.stringify(join(import.meta.dirname, "heartbeat.ts"));
    const shell = JSON.stringify(join(import.meta.dirname, "shell.ts"));
    const program = `
      const { startHeartbeat } = await import(${from});
      const { thisMachine } = await import(${shell});
      startHeartbeat(thisMachine, ${JSON.stringify(file)}, "mine", () => {}, ${JSON.stringify(pace)});
      setInterval(() => {}, 1000);
      console.log("ready");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await expect.poll(age, { timeout: 10_000 }).toBeLessThan(5000);
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
  });

  test("keeps no process waiting for it", { timeout: 30_000 }, async () => {
    const from = JSON.stringify(join(import.meta.dirname, "heartbeat.ts"));
    const shell = JSON.stringify(join(import.meta.dirname, "shell.ts"));
    const program = `
      const { startHeartbeat } = await import(${from});
      const { thisMachine } = await import(${shell});
      startHeartbeat(thisMachine, ${JSON.stringify(file)}, "mine", () => {});`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "ignore" });
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });
});
