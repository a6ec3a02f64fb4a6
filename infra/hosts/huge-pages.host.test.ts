import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runtimeDir } from "../toolchain/paths.ts";
import { hugePagePool, hugetlbfsMount } from "./huge-pages.ts";
import { hugePages } from "./looks/kernel.ts";
import type { HostObject } from "./objects.ts";
import { root, sh, throwawayStack } from "./testing.ts";

const { stack, make, remove, exists, cleanUp } = throwawayStack("-pages");
const pool = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";

describe.skipIf(!root)("on this host", { retry: 2 }, () => {
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
  const inDir = (script: string) =>
    script.replaceAll("/sys/kernel/mm/hugepages", dir).replaceAll(dirname(runtimeDir(stack)), join(dir, "run"));
  const file = () => inDir(pool);
  const size = () => Number(readFileSync(file(), "utf8"));
  const set = (pages: number) => writeFileSync(file(), `${pages}\n`);
  const setSurplus = (pages: number) => writeFileSync(join(dirname(file()), "surplus_hugepages"), `${pages}\n`);
  const run = (script: string) => sh(`set -eu\n${script}`);
  const records = () => readdirSync(dir, { recursive: true }).filter((file) => String(file).includes("/pages-"));
  const pagesOf = (name: string, pages: number): HostObject => {
    const made = hugePagePool(name, "2MiB", pages);
    return { ...made, exists: inDir(made.exists), create: inDir(made.create), remove: inDir(made.remove) };
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "pool-"));
    mkdirSync(dirname(file()));
    set(5);
    setSurplus(0);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test.each([
    ["the first goes first", 0],
    ["the last goes first", 1],
  ])("two stacks at once, %s: each takes away what it added", (_, first) => {
    const stacks = [pagesOf("one", 8), pagesOf("two", 16)];
    const [leaver, stayer] = [stacks[first], stacks[1 - first]] as [HostObject, HostObject];
    for (const { create } of stacks) expect(run(create)).toMatchObject({ ok: true, stderr: "" });
    expect(size()).toBe(29);
    expect(stacks.map(({ exists }) => run(exists).ok)).toEqual([true, true]);
    expect(run(leaver.remove)).toMatchObject({ ok: true, stderr: "" });
    expect(size()).toBe(5 + (first === 0 ? 16 : 8));
    expect(run(stayer.exists).ok).toBe(true);
    expect(run(stayer.remove)).toMatchObject({ ok: true, stderr: "" });
    expect(size()).toBe(5);
    expect(records()).toEqual([]);
  });

  test("made again without its marker, the stack's pages do not add up", () => {
    expect(run(pagesOf("one", 8).create).ok).toBe(true);
    expect(run(pagesOf("one", 6).create).ok).toBe(true);
    expect(size()).toBe(11);
  });

  test.each([
    ["added 7", 20, 12],
    ["took away 3", 10, 5],
    ["took away more than the stack had added", 3, 3],
  ])("other hands %s: that is said, and theirs stays", (_, now, after) => {
    const pages = pagesOf("one", 8);
    expect(run(pages.create).ok).toBe(true);
    expect(size()).toBe(13);
    set(now);
    expect(run(pages.remove)).toMatchObject({
      ok: true,
      stderr: `${file()} was 13 and is ${now} now: changed by other hands, whose difference stays`,
    });
    expect(size()).toBe(after);
    expect(records()).toEqual([]);
  });

  test("pages that somebody holds although they were taken out of the pool are no part of it", () => {
    const pages = pagesOf("one", 8);
    setSurplus(4);
    // the kernel makes them the pool's again as it grows
    expect(
      run(pages.create.replace("got=", "echo 0 >$(dirname FILE)/surplus_hugepages; got=").replace("FILE", file())),
    ).toMatchObject({
      ok: true,
    });
    expect(size()).toBe(9);
    expect(run(pages.remove)).toMatchObject({ ok: true, stderr: "" });
    expect(size()).toBe(1);
  });

  test("a pool that lost our pages is noticed", () => {
    const pages = pagesOf("one", 8);
    run(pages.create);
    set(5);
    expect(run(pages.exists).ok).toBe(false);
  });

  test("the look at the pool does not count what stacks have added, so that it sees what is nobody's", () => {
    const value = () => sh(inDir(hugePages.command)).stdout.split("\n")[0];
    expect(value()).toBe(`${file()} = 5`);
    run(pagesOf("one", 8).create);
    run(pagesOf("two", 16).create);
    mkdirSync(join(dir, "run", "three"));
    expect(value()).toBe(`${file()} = 5`);
    set(31);
    expect(value()).toBe(`${file()} = 7`);
  });

  test("too little memory: the pool is as before, and the message says what to do", () => {
    // the kernel takes the number and reserves what it can: here, 7 pages
    const kernel = "cat() { command cat \"$@\" | awk '{ print ($1 > 7 ? 7 : $1) }'; }";
    const compact = (script: string) => script.replace("/proc/sys/vm/compact_memory", join(dir, "compact"));
    expect(run(`${kernel}\n${compact(pagesOf("one", 8).create)}`)).toMatchObject({
      status: 1,
      stderr: 'only 2 of 8 huge pages of 2MiB could be reserved: free memory, or set hugePages: "none" in the stack',
    });
    expect(readFileSync(join(dir, "compact"), "utf8").trim()).toBe("1");
    expect(size()).toBe(5);
    expect(records()).toEqual([]);
  });
});
