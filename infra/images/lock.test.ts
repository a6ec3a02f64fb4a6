import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lock, tryLock } from "./lock.ts";
import { useTemporaryCache } from "./test-recipe.ts";

const dir = useTemporaryCache();

it("has one holder; the next waits and then has it", async () => {
  const file = join(dir(), "a.lock");
  const first = await lock(file);
  expect(await tryLock(file)).toBeUndefined();
  let waited = false;
  let second = false;
  const waiting = lock(file, () => {
    waited = true;
  }).then((held) => {
    second = true;
    return held;
  });
  await expect.poll(() => waited).toBe(true);
  expect(second).toBe(false);
  await first.release();
  await (await waiting).release();
  await (await tryLock(file))?.release();
  expect(second).toBe(true);
});

it("is free as soon as its holder was killed", async () => {
  const file = join(dir(), "b.lock");
  const script = `const { lock } = await import(${JSON.stringify(join(import.meta.dirname, "lock.ts"))});
    await lock(${JSON.stringify(file)}); console.log("held"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  expect(await tryLock(file)).toBeUndefined();
  holder.kill("SIGKILL");
  const taken = await lock(file);
  await taken.release();
});

it("says so when the lock cannot be made", async () => {
  await expect(tryLock(join(dir(), "cache"))).resolves.toBeDefined();
  await expect(tryLock("/proc/self/no-such-lock")).rejects.toThrow("cannot lock /proc/self/no-such-lock");
});
