import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withLock } from "./lock.ts";

const fresh = () => join(mkdtempSync(join(tmpdir(), "lock-")), "setup.lock");
const silent = () => {};

test("the second one waits, says for whom, and runs after the first", async () => {
  const file = fresh();
  const events: string[] = [];
  let release = () => {};
  const first = withLock(file, "Pulumi CLI", silent, async () => {
    await new Promise<void>((resolve) => {
      release = resolve;
      events.push("first runs");
    });
    events.push("first ends");
  });
  await expect.poll(() => events).toEqual(["first runs"]);
  const second = withLock(
    file,
    "second",
    (message) => events.push(message),
    async () => {
      events.push("second runs");
    },
  );
  await expect.poll(() => events.length).toBe(2);
  expect(events[1]).toBe(`waiting for another set-up (process ${process.pid}: Pulumi CLI)`);
  release();
  await Promise.all([first, second]);
  expect(events.slice(2)).toEqual(["first ends", "second runs"]);
});

test("a failing body releases the lock", async () => {
  const file = fresh();
  await expect(withLock(file, "a", silent, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await withLock(file, "b", silent, async () => "free")).toBe("free");
});

test("the lock of a killed process is free", async () => {
  const file = fresh();
  const program = `
    const { withLock } = await import(${JSON.stringify(join(import.meta.dirname, "lock.ts"))});
    await withLock(${JSON.stringify(file)}, "dies", () => {}, () => new Promise(() => { console.log("held"); setInterval(() => {}, 1000); }));`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  const waits: string[] = [];
  const next = withLock(
    file,
    "next",
    (message) => waits.push(message),
    async () => "free",
  );
  await expect.poll(() => waits.length).toBe(1);
  holder.kill("SIGKILL");
  expect(await next).toBe("free");
});
