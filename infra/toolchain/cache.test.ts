import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { contentKey, installWhole, readRecord, sweep, workDir, writeRecord } from "./cache.ts";
import { tempDir } from "./paths.ts";

let base = "";
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "cache-"));
  vi.stubEnv("GUESTBENCH_CACHE", base);
});

test("the key follows texts, file contents and file names", async () => {
  const folder = join(base, "source");
  mkdirSync(folder);
  writeFileSync(join(folder, "a"), "1");
  const keys = [await contentKey(["x"], [folder]), await contentKey(["y"], [folder])];
  writeFileSync(join(folder, "a"), "2");
  keys.push(await contentKey(["x"], [folder]));
  renameSync(join(folder, "a"), join(folder, "b"));
  keys.push(await contentKey(["x"], [folder]));
  expect(new Set(keys).size).toBe(4);
  expect(await contentKey(["x"], [folder])).toBe(keys[3]);
  expect(keys[0]).toMatch(/^[0-9a-f]{12}$/);
});

test("a folder appears whole or not at all", async () => {
  const target = join(base, "toolchain/part");
  const half = installWhole(target, "part", async (dir) => {
    writeFileSync(join(dir, "half"), "");
    throw new Error("interrupted");
  });
  await expect(half).rejects.toThrow("interrupted");
  expect(existsSync(target)).toBe(false);
  await installWhole(target, "part", async (dir) => writeFileSync(join(dir, "program"), "first"));
  await installWhole(target, "part", async (dir) => writeFileSync(join(dir, "program"), "second"));
  expect(readFileSync(join(target, "program"), "utf8")).toBe("first");
  expect(readdirSync(tempDir())).toEqual([]);
});

test("only what dead processes left is swept: not ours, not the Go caches", async () => {
  const own = await workDir("own");
  const dead = spawnSync("true").pid;
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
  const left = [`work.${boot}.${dead}.cli.0`, `work.00000000.${process.pid}.cli.0`];
  for (const name of [...left, "go"]) mkdirSync(join(tempDir(), name));
  expect((await sweep()).sort()).toEqual(left.sort());
  expect(existsSync(own)).toBe(true);
  expect(existsSync(join(tempDir(), "go"))).toBe(true);
});

test("a record is read back; a damaged one is none", async () => {
  const record = { part: "pulumi", version: "1.0.0", origin: "PATH", source: "/usr/bin/pulumi" } as const;
  await writeRecord(base, record);
  expect(readRecord(base)).toEqual(record);
  writeFileSync(join(base, "origin.json"), '{"part":"pulumi"}');
  expect(readRecord(base)).toBeUndefined();
});
