/** The commands themselves, on this machine, with stacks of their own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Environment, renderEnvironment } from "../../../infra/environment/index.ts";
import { projectDir } from "../../../infra/toolchain/paths.ts";
import { lockGuard } from "./check.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const stacks = mkdtempSync(join(tmpdir(), "gb-env-"));
const stackName = `unit-env-${process.pid}`;
const lockPath = join(stacks, `${stackName}.lock.json`);
const main = join(projectDir(), "experiments/cli/main.ts");
const env = (...args: string[]) =>
  execa(process.execPath, [main, "env", ...args], {
    ...{ reject: false, stdin: "ignore", cwd: stacks },
    env: { GUESTBENCH_STACKS: stacks },
  });

let here: Environment;
const lockWith = (change: (environment: Environment) => void) => {
  const locked = structuredClone(here);
  change(locked);
  writeFileSync(lockPath, JSON.stringify(locked));
};

beforeAll(async () => {
  vi.stubEnv("GUESTBENCH_STACKS", stacks);
  const local = join(projectDir(), "stacks", "local.ts");
  for (const name of [stackName, "nolock"])
    writeFileSync(join(stacks, `${name}.ts`), `export { default } from ${JSON.stringify(local)};`);
  const { stdout } = await env("capture", "--stack", stackName);
  here = JSON.parse(stdout);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(stacks, { recursive: true });
});

describe("env check", () => {
  test("a stack without a lock says so", async () => {
    const { exitCode, stdout } = await env("check", "--stack", "nolock", "--strict");
    expect(stdout).toMatch(/^nolock has no lock: .*guestbench env lock --stack nolock/);
    expect(exitCode).toBe(0);
  });

  test("as locked: exit 0 also with --strict", async () => {
    lockWith(() => {});
    const { exitCode, stdout } = await env("check", "--stack", stackName, "--strict");
    expect(stdout).toBe(`As in ${stackName}.lock.json.`);
    expect(exitCode).toBe(0);
  });

  test("what differs is listed; --strict ends with 2", async () => {
    lockWith(({ hardware }) => {
      hardware.memoryMiB = 77_777;
    });
    const listed = await env("check", "--stack", stackName);
    expect(listed.stdout).toMatch(/^Not as in .*\nHardware\n {2}memory in MiB {2}77777 → \d+$/);
    expect(listed.exitCode).toBe(0);
    const strict = await env("check", "--stack", stackName, "--strict", "--json");
    expect(strict.exitCode).toBe(2);
    expect(JSON.parse(strict.stdout)).toMatchObject({
      stack: stackName,
      lock: lockPath,
      differences: [{ group: "hardware", path: ["memoryMiB"], before: "77777", after: `${here.hardware.memoryMiB}` }],
    });
  });
});

describe("env diff", () => {
  test("a lock file against the stack's lock, in three forms", async () => {
    lockWith(({ kernel }) => {
      kernel.release = "0.9";
    });
    const other = join(stacks, "other.json");
    writeFileSync(other, JSON.stringify(here));
    const text = await env("diff", stackName, other);
    expect(text.stdout).toBe(
      `${stackName} as locked → ${other}: 1 difference\nKernel\n  release  0.9 → ${here.kernel.release}`,
    );
    const json = await env("diff", other, stackName, "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ a: other, same: false, differences: [{ after: "0.9" }] });
    const markdown = await env("diff", stackName, other, "--markdown");
    expect(markdown.stdout).toContain(`| release | 0.9 | ${here.kernel.release} |`);
    const same = await env("diff", stackName, stackName, "--json");
    expect(JSON.parse(same.stdout)).toMatchObject({ same: true, differences: [] });
  });

  test.each([
    ["both operands", ["diff", "unti-env", "nolokc"], /2 problems:.*"unti-env".*"nolokc"; did you mean "nolock"/s],
    ["a stack with neither", ["diff", "nolock", "nolock"], /nolock is neither up nor locked/],
    ["one operand only", ["diff", "nolock"], /missing required argument 'b'/],
    ["two forms at once", ["diff", "a", "b", "--json", "--markdown"], /cannot be used with/],
    ["a folder", ["diff", ".", "."], /unknown stack, campaign, lock file or revision "\."/],
    ["a file that is no environment", ["diff", "broken.json", "broken.json"], /broken\.json: not JSON/],
    ["another version", ["diff", "old.json", "old.json"], /old\.json: schemaVersion: .*version 1/],
    ["a lock of a stack that is down", ["lock", "--stack", "nolock"], /nolock is not up.*--from latest/],
    [
      "a campaign that is not there",
      ["lock", "--stack", "nolock", "--from", "nowhere-1"],
      /no campaign|unknown campaign/,
    ],
    ["an unknown stack", ["check", "--stack", "nolokc"], /unknown stack "nolokc"; did you mean "nolock"/],
    ["an unknown command", ["chek"], /unknown command 'chek'.*did you mean check/is],
  ])("%s: exit 2, a message without a stack trace, nothing on stdout", async (_, args, message) => {
    writeFileSync(join(stacks, "broken.json"), "{");
    writeFileSync(join(stacks, "old.json"), JSON.stringify({ schemaVersion: 1, stack: "local", host: {} }));
    const { exitCode, stdout, stderr } = await env(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });
});

test("env lock --from a campaign writes the lock, says what changed in it, and nothing where nothing did", async () => {
  const folder = join(stacks, "campaign");
  mkdirSync(folder);
  writeFileSync(join(folder, "journal.jsonl"), "");
  writeFileSync(join(folder, "environment.json"), renderEnvironment(here));
  rmSync(lockPath, { force: true });
  const lock = () => env("lock", "--stack", stackName, "--from", folder);
  expect((await lock()).stdout).toBe(`${stackName}.lock.json: written. Keep it in git with the stack.`);
  expect(readFileSync(lockPath, "utf8")).toBe(renderEnvironment(here));
  expect((await lock()).stdout).toBe(`${stackName}.lock.json: nothing changed.`);
  lockWith(({ kernel }) => {
    kernel.release = "0.9";
  });
  expect((await lock()).stdout).toBe(
    `${stackName}.lock.json: written.\nKernel\n  release  0.9 → ${here.kernel.release}`,
  );
  writeFileSync(lockPath, "{");
  expect((await lock()).stdout).toContain("written");
  const other = await env("lock", "--stack", "nolock", "--from", folder);
  expect(other.stderr).toMatch(/was run on stack unit-env-\d+, not on nolock/);
  expect(other.exitCode).toBe(2);
});

describe("before and after up", () => {
  const warnings = () => {
    const said: string[] = [];
    const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
    return { said, restore: () => spy.mockRestore() };
  };

  test("a difference is listed once, and refused where that is asked for", async () => {
    lockWith(({ firmware }) => {
      firmware.microcode = ["0xdead"];
    });
    const { said, restore } = warnings();
    const guard = lockGuard(stackName, false);
    await guard.beforeUp();
    expect(guard.afterUp(here)).toBe(here);
    restore();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^Not as in .*\n {2}Firmware and mitigations: microcode: /);
    await expect(lockGuard(stackName, true).beforeUp()).rejects.toThrow(/refused by --strict.*microcode/s);
    expect(() => lockGuard(stackName, true).afterUp(here)).toThrow(/refused by --strict/);
  });

  test("what shows only after up is listed then", async () => {
    lockWith((environment) => Object.assign(environment, { networks: { lan: { bridge: "gbr9" } } }));
    const { said, restore } = warnings();
    const guard = lockGuard(stackName, true);
    await guard.beforeUp();
    restore();
    expect(said).toEqual([]);
    const up = { ...here, networks: { lan: { bridge: "gbr0" } } };
    expect(() => guard.afterUp(up)).toThrow(/Networks: lan › bridge: was gbr9, is gbr0/);
  });

  test("no lock, nothing to say; with --strict that it has nothing to compare with", async () => {
    const { said, restore } = warnings();
    await lockGuard("nolock", false).beforeUp();
    await lockGuard("nolock", true).beforeUp();
    restore();
    expect(said).toEqual([expect.stringMatching(/nolock has no lock/)]);
  });

  test("a lock is read whole", () => {
    lockWith(() => {});
    expect(JSON.parse(readFileSync(lockPath, "utf8")).stack).toBe(stackName);
    writeFileSync(lockPath, "{");
    expect(() => lockGuard(stackName, false)).toThrow(/not JSON/);
  });
});
