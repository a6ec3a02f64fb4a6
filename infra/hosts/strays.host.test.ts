import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { endStrays, strayProcesses } from "./sweep.ts";

const stack = `unittest-strays-${process.pid}`;
const children: ChildProcess[] = [];

/** A shell that says when it is ready, then waits; it carries the environment from its very start. */
async function start(env: Record<string, string>, script = "echo ready; exec sleep 60"): Promise<ChildProcess> {
  const child = spawn("/bin/sh", ["-c", script], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

const ended = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

describe("processes that a killed run left", () => {
  test("only those of this very stack are ended, and named", async () => {
    const ours = await start({ GUESTBENCH_STACK: stack });
    const others = [
      await start({}),
      await start({ GUESTBENCH_STACK: `${stack}-2` }),
      await start({ OLD_GUESTBENCH_STACK: stack }),
      await start({ GUESTBENCH_CAMPAIGN: stack }),
    ];
    expect(strayProcesses(stack).map(({ pid }) => pid)).toEqual([ours.pid]);
    const actions = await endStrays(stack);
    expect(actions).toEqual([expect.stringMatching(new RegExp(`^ended (sleep|\\w*sh) \\(process ${ours.pid}\\)$`))]);
    await expect.poll(() => ended(ours)).toBe(true);
    expect(others.map(ended)).toEqual([false, false, false, false]);
    expect(await endStrays(stack)).toEqual([]);
  });

  test("one that does not listen is killed at the deadline", { timeout: 20_000 }, async () => {
    const deaf = await start({ GUESTBENCH_STACK: stack }, "trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await endStrays(stack);
    expect(strayProcesses(stack)).toEqual([]);
    await expect.poll(() => deaf.signalCode).toBe("SIGKILL");
  });

  test("whoever asks is spared, even below a run of the same stack", () => {
    const program = `import { endStrays } from ${JSON.stringify(join(import.meta.dirname, "sweep.ts"))}; console.log(JSON.stringify(await endStrays("${stack}")));`;
    const command = `'${process.execPath}' --input-type=module -e '${program}'; echo after`;
    const env = { ...process.env, GUESTBENCH_STACK: stack };
    expect(execFileSync("/bin/sh", ["-c", command], { encoding: "utf8", env })).toBe("[]\nafter\n");
  });
});
