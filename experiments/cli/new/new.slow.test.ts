import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ConfigError } from "../../../infra/errors.ts";
import { projectDir } from "../../../infra/toolchain/paths.ts";
import { writeNew } from "./write.ts";

const additions = [
  ["platform", "made-up", "infra/platforms", ["made-up.test.ts", "made-up.ts"]],
  ["image", "made-up", "infra/images", ["made-up.test.ts", "made-up.ts", "made-up/build.sh"]],
  ["workload", "made-up", "experiments/workloads", ["made-up.test.ts", "made-up.ts"]],
  ["spec", "mine/made-up", "experiments/specs", ["mine/made-up.test.ts", "mine/made-up.ts"]],
] as const;

let copy = "";
const git = (...args: string[]) => execFileSync("git", args, { cwd: copy, encoding: "utf8" });
const run = (program: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(copy, "node_modules", program), ...args], { cwd: copy, encoding: "utf8" });

beforeAll(() => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  copy = mkdtempSync(join(tmpdir(), "guestbench-new-"));
  const kept = [
    "stacks",
    "infra",
    "experiments",
    "analysis",
    "sdks",
    "package.json",
    "tsconfig.json",
    "vitest.config.ts",
    "biome.json",
  ];
  for (const path of kept) cpSync(join(projectDir(), path), join(copy, path), { recursive: true });
  symlinkSync(dirname(dirname(require.resolve("vitest/package.json"))), join(copy, "node_modules"));
  git("init", "-q");
  git("add", ...kept);
  git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "before");
  for (const [kind, name] of additions) writeNew(kind, name, copy);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(copy, { recursive: true, force: true });
});

test.each(additions)("%s: its file, its test, and one line in the registry", (_, __, dir, files) => {
  const fresh = git("ls-files", "--others", "--", dir).trim().split("\n").sort();
  expect(fresh).toEqual(files.map((file) => `${dir}/${file}`).sort());
  expect(git("diff", "--numstat", "--", dir).trim()).toBe(`1\t0\t${dir}/registry.ts`);
});

test("nothing else was touched", () => {
  const changed = git("diff", "--name-only").trim().split("\n");
  expect(changed).toEqual(additions.map(([, , dir]) => `${dir}/registry.ts`).sort());
});

test("the lines are sorted", () => {
  for (const [, , dir] of additions) {
    const paths = [...readFileSync(join(copy, dir, "registry.ts"), "utf8").matchAll(/"(.*)"/g)].map(([, path]) => path);
    // as Biome sorts them: 4k comes before 10m
    const inOrder = paths.toSorted((a = "", b = "") => a.localeCompare(b, "en", { numeric: true }));
    expect(paths).toEqual(inOrder);
  }
});

test("types, style, and the tests of the registries pass", { timeout: 180_000 }, () => {
  const types = run("typescript/bin/tsc", "-p", ".");
  expect(types.stdout).toBe("");
  const style = run("@biomejs/biome/bin/biome", "check", ...additions.map(([, , dir]) => dir));
  expect(style.stderr + style.stdout).not.toMatch(/made-up|registry/);
  expect(style.status).toBe(0);
  const tests = [
    ...additions.map(([, name, dir]) => `${dir}/${name}.test.ts`),
    ...additions.map(([, , dir]) => `${dir}/index.test.ts`),
    ...["infra/stack.test.ts", "infra/offers.test.ts"],
  ];
  const passed = run("vitest/vitest.mjs", "run", "--project", "unit", ...tests);
  expect(passed.stdout + passed.stderr).toContain(`${tests.length} passed`);
  expect(passed.status).toBe(0);
});

test.each([
  ["what is there already", "platform", "kvm", /infra\/platforms\/kvm\.ts is already there/],
  ["a bad name", "workload", "Net_Perf", /"Net_Perf" is no name of a workload/],
  ["a way out of the folder", "spec", "../x", /"\.\.\/x" is no name of a spec/],
] as const)("refused: %s", (_, kind, name, words) => {
  const before = git("status", "--porcelain");
  expect(() => writeNew(kind, name, copy)).toThrow(ConfigError);
  expect(() => writeNew(kind, name, copy)).toThrow(words);
  expect(git("status", "--porcelain")).toBe(before);
});
