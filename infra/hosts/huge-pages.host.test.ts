import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runtimeDir } from "../toolchain/paths.ts";
import { hugePagePool, hugetlbfsMount } from "./huge-pages.ts";
import type { HostObject } from "./objects.ts";
import { root, sh, throwawayStack } from "./testing.ts";

const { stack, make, remove, exists, cleanUp } = throwawayStack("-pages");
const pool = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
const record = join(runtimeDir(stack), "hugepages-2MiB");

describe.skipIf(!root)("on this host", () => {
  const pages = hugePagePool(stack, "2MiB", 3);
  const mount = hugetlbfsMount(stack);
  afterEach(() => cleanUp(pages, mount));

  test.runIf(existsSync(pool))("the pool grows by what the stack needs, and gets back its exact number", () => {
    const size = () => Number(readFileSync(pool, "utf8"));
    const before = size();
    expect(make(pages)).toMatchObject({ ok: true, stderr: "" });
    expect(size()).toBe(before + 3);
    expect(exists(pages)).toBe(true);
    expect(make(pages).ok).toBe(true);
    expect(size()).toBe(before + 3);
    expect(remove(pages)).toMatchObject({ ok: true, stderr: "" });
    expect(size()).toBe(before);
    expect(exists(pages)).toBe(false);
    expect(remove(pages).ok).toBe(true);
    expect(size()).toBe(before);
  });

  test("a mount of hugetlbfs comes and goes with its directory", () => {
    expect(make(mount)).toMatchObject({ ok: true, stderr: "" });
    expect(exists(mount)).toBe(true);
    expect(make(mount).ok).toBe(true);
    expect(sh(`grep -c ' ${mount.path} ' /proc/mounts`).stdout).toBe("1");
    expect(remove(mount)).toMatchObject({ ok: true, stderr: "" });
    expect(exists(mount)).toBe(false);
    expect(existsSync(mount.path)).toBe(false);
  });
});

/** The same scripts on a file that stands for the kernel's, where other hands and a lack of memory can be played. */
describe("with a pool of our own", () => {
  let dir = "";
  let pages: HostObject;
  const inDir = (script: string) => script.replaceAll(dirname(pool), dir).replaceAll(runtimeDir(stack), dir);
  const size = () => Number(readFileSync(join(dir, "nr_hugepages"), "utf8"));
  const run = (script: string) => sh(`set -eu\n${script}`);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "pool-"));
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "nr_hugepages"), "5\n");
    writeFileSync(join(dir, "surplus_hugepages"), "0\n");
    const made = hugePagePool(stack, "2MiB", 8);
    pages = { ...made, exists: inDir(made.exists), create: inDir(made.create), remove: inDir(made.remove) };
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test("a pool that other hands changed is left alone, and that is said", () => {
    expect(run(pages.create).ok).toBe(true);
    expect(size()).toBe(13);
    writeFileSync(join(dir, "nr_hugepages"), "20\n");
    expect(exists(pages)).toBe(true);
    expect(run(pages.remove)).toMatchObject({
      ok: true,
      stderr: `${join(dir, "nr_hugepages")} was 13 and is 20 now: changed by other hands, left alone`,
    });
    expect(size()).toBe(20);
    expect(existsSync(inDir(record))).toBe(false);
  });

  test("pages that somebody holds although they were taken out of the pool are no part of it", () => {
    writeFileSync(join(dir, "surplus_hugepages"), "4\n");
    expect(run(pages.create).ok).toBe(true);
    expect(size()).toBe(9);
    expect(run(pages.remove).ok).toBe(true);
    expect(size()).toBe(1);
  });

  test("a pool that lost our pages is noticed", () => {
    run(pages.create);
    writeFileSync(join(dir, "nr_hugepages"), "5\n");
    expect(exists(pages)).toBe(false);
  });

  test("too little memory: the pool is as before, and the message says what to do", () => {
    // the kernel takes the number and reserves what it can: here, 7 pages
    const kernel = "cat() { command cat \"$@\" | awk '{ print ($1 > 7 ? 7 : $1) }'; }";
    const compact = (script: string) => script.replace("/proc/sys/vm/compact_memory", join(dir, "compact"));
    expect(run(`${kernel}\n${compact(pages.create)}`)).toMatchObject({
      status: 1,
      stderr: 'only 2 of 8 huge pages of 2MiB could be reserved: free memory, or set hugePages: "none" in the stack',
    });
    expect(readFileSync(join(dir, "compact"), "utf8").trim()).toBe("1");
    expect(size()).toBe(5);
    expect(existsSync(inDir(record))).toBe(false);
  });
});
