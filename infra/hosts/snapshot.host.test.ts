import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { hostStateDir, runtimeDir } from "../toolchain/paths.ts";
import { thisMachine } from "./shell.ts";
import { checkOwner, compareWithBefore, recordBefore, type TeardownCheck } from "./snapshot.ts";
import { root, sh, throwawayStack } from "./testing.ts";

const { stack, cleanUp } = throwawayStack("-snapshot");
const left = (checks: TeardownCheck[] | null, kind: string) => checks?.find((check) => check.kind === kind)?.leftovers;

afterEach(() => {
  sh("ip link del gbtest1; ip link del gbtest2");
  cleanUp();
});

// tried again where something else changed the host in between
describe.skipIf(!root)("the host before and after", { retry: 2, timeout: 120_000 }, () => {
  test("what was made in between is a leftover, until it is removed", () => {
    sh("ip link add gbtest2 type bridge");
    recordBefore(stack);
    expect(
      sh("ip link add gbtest1 type bridge && ip addr add 198.18.2.1/24 dev gbtest1 && ip link set gbtest1 up").ok,
    ).toBe(true);
    mkdirSync(runtimeDir(stack), { recursive: true });
    writeFileSync(join(runtimeDir(stack), "forgotten"), "");
    sh("ip link del gbtest2");

    const checks = compareWithBefore(stack);
    expect(left(checks, "interfaces")).toEqual(["gbtest1"]);
    expect(left(checks, "addresses")).toEqual(["gbtest1 198.18.2.1/24"]);
    expect(left(checks, "files")).toEqual([join(runtimeDir(stack), "forgotten")]);
    expect(checks?.find(({ kind }) => kind === "interfaces")?.missing).toEqual(["gbtest2"]);
    expect(existsSync(join(hostStateDir(stack), "before.json"))).toBe(true);

    sh(`ip link del gbtest1; rm ${join(runtimeDir(stack), "forgotten")}`);
    mkdirSync(join(runtimeDir(stack), "console"));
    mkdirSync(join(hostStateDir(stack), "objects"));
    const clean = compareWithBefore(stack);
    expect(clean?.filter(({ leftovers }) => leftovers.length > 0)).toEqual([]);
    expect(existsSync(hostStateDir(stack))).toBe(false);
    expect(existsSync(runtimeDir(stack))).toBe(false);
  });

  test("without a snapshot, only what can be nobody else's is judged", () => {
    const kinds = ["processes", "files"];
    expect(compareWithBefore(stack)).toMatchObject(kinds.map((kind) => ({ kind, leftovers: [] })));
    mkdirSync(runtimeDir(stack), { recursive: true });
    writeFileSync(join(runtimeDir(stack), "forgotten"), "");
    expect(left(compareWithBefore(stack), "files")).toEqual([join(runtimeDir(stack), "forgotten")]);
  });

  test("a process that works in the stack's directories is a leftover, as is one that carries its name", async () => {
    recordBefore(stack);
    const env = { ...process.env, GUESTBENCH_STACK: stack };
    const children = [spawn("sleep", ["60"], { env }), spawn("tail", ["-F", join(runtimeDir(stack), "log")])];
    try {
      await expect
        .poll(() => left(compareWithBefore(stack), "processes")?.sort(), { timeout: 20_000 })
        .toEqual([expect.stringMatching(`/proc/${children[0]?.pid}/environ`), expect.stringContaining("tail -F")]);
    } finally {
      for (const child of children) child.kill();
    }
  });

  test("a stack that another clone brought up is refused", () => {
    recordBefore(stack, thisMachine, "/other/clone");
    expect(() => recordBefore(stack)).toThrow(`stack ${stack} is already up on this host, from /other/clone`);
    expect(() => checkOwner(stack, thisMachine, "/other/clone")).not.toThrow();
  });

  test("the first snapshot is kept: a second up does not take what the first one made for its own", () => {
    recordBefore(stack);
    sh("ip link add gbtest1 type bridge");
    recordBefore(stack);
    expect(left(compareWithBefore(stack), "interfaces")).toEqual(["gbtest1"]);
  });

  test("every list can be looked at here, and a look changes nothing", () => {
    recordBefore(stack);
    const checks = compareWithBefore(stack) ?? [];
    expect(checks.length).toBeGreaterThan(10);
    for (const { kind, before, after } of checks) {
      expect(after.filter((line) => line.startsWith("could not be looked at"))).toEqual([]);
      expect({ kind, after }).toEqual({ kind, after: before });
    }
  });
});
