import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError, InfraError } from "../../infra/errors.ts";
import { explain } from "./fail.ts";
import { acquireStack, breakLock, deadHolder, readHolder } from "./lock.ts";
import { parseCount, parseDuration, parseSeed } from "./options.ts";
import { about, columns, duration } from "./output.ts";
import { plainProgress } from "./progress.ts";
import { assertRoot } from "./root.ts";
import { Interrupted } from "./signals.ts";

describe("options", () => {
  test.each([
    ["90s", 90_000],
    ["30m", 1_800_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
  ])("%s", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
  test.each(["", "30", "m", "0s", "-1m", "1d", "1m30s", "1 m"])("no duration: %j", (text) => {
    expect(() => parseDuration(text)).toThrow(/90s, 30m or 2h/);
  });
  test.each(["0", "-1", "1.5", "x", "", "99999"])("no count: %j", (text) => {
    expect(() => parseCount(text)).toThrow(/whole number/);
  });
  test.each(["", "a b", "x".repeat(65), "a/b"])("no seed: %j", (text) => {
    expect(() => parseSeed(text)).toThrow(/letters/);
  });
  test("counts and seeds", () => {
    expect([parseCount("12"), parseSeed("a-1_2.b")]).toEqual([12, "a-1_2.b"]);
  });
});

describe("text", () => {
  test("durations are as exact as a person needs", () => {
    expect([400, 12_300, 59_990, 200_000, 7_500_000].map(duration)).toEqual([
      "0.4 s",
      "12 s",
      "1 min",
      "3 min 20 s",
      "2 h 5 min",
    ]);
    expect([200, 4_000, 42_000, 80_000, 400_000, 8_000_000].map(about)).toEqual([
      ...["about 1 s", "about 4 s", "about 40 s", "about 1 min", "about 7 min", "about 2.2 h"],
    ]);
  });
  test("columns", () => {
    expect(
      columns(
        [
          ["a", "bb", "c"],
          ["aaa", "b", "cc"],
        ],
        " ",
      ),
    ).toBe(" a    bb  c\n aaa  b   cc");
  });
  test("an error with its causes, one line each, nothing said twice", () => {
    const error = new InfraError("up failed: no bridge", {
      cause: new Error("no bridge", { cause: new Error("EPERM\nstack") }),
    });
    expect(explain(error)).toBe("up failed: no bridge\n  caused by: EPERM");
  });
  test("a cause that is a program's output: the line that says error", () => {
    const error = new InfraError("preview failed", {
      cause: new Error("code: 255\n stderr:\nerror: wrong passphrase\n"),
    });
    expect(explain(error)).toBe("preview failed\n  caused by: error: wrong passphrase");
  });
  test("exit codes of signals", () => {
    expect((["SIGINT", "SIGTERM", "SIGHUP"] as const).map((s) => new Interrupted(s).exitCode)).toEqual([130, 143, 129]);
  });
  test("not root", () => {
    expect(() => assertRoot("run", 1000)).toThrow(/sudo/);
    expect(() => assertRoot("run", 0)).not.toThrow();
  });
});

describe("the lock of a stack", () => {
  const dir = () => mkdtempSync(join(tmpdir(), "gb-lock-"));

  test("a second command is refused and told by whom; released, it goes on", () => {
    const local = dir();
    const release = acquireStack(local, "local", "guestbench run", "local-1");
    const second = () => acquireStack(local, "local", "guestbench up", null);
    expect(second).toThrow(ConfigError);
    expect(second).toThrow(new RegExp(`in use by .guestbench run. \\(campaign local-1\\), process ${process.pid}`));
    expect(() => deadHolder(local, "local")).toThrow(/in use/);
    expect(() => acquireStack(local, "other", "guestbench up", null)()).not.toThrow();
    release();
    expect(second).not.toThrow();
  });

  test("a holder that was killed: recover is asked for, and may break the lock; a pid that came back is not mistaken", async () => {
    const local = dir();
    const child = spawn("sleep", ["60"]);
    acquireStack(local, "local", "guestbench run", "local-1");
    const holder = { ...readHolder(local, "local"), pid: child.pid };
    writeFileSync(join(local, "running", "local.json"), JSON.stringify(holder));
    const next = () => acquireStack(local, "local", "guestbench run", null);
    expect(next).toThrow(/ended without cleaning up: run .guestbench recover --stack local/);
    expect(deadHolder(local, "local")?.campaign).toBe("local-1");
    child.kill();
    await once(child, "exit");
    expect(next).toThrow(/recover/);
    breakLock(local, "local");
    expect(next).not.toThrow();
  });

  test("a lock that is not readable is not ignored", () => {
    const local = dir();
    mkdirSync(join(local, "running"));
    writeFileSync(join(local, "running", "local.json"), "{");
    expect(() => acquireStack(local, "local", "guestbench run", null)).toThrow(/recover/);
  });
});

describe("plain progress", () => {
  test("a line at the start with the estimate, one at the end with the duration; failures say so", async () => {
    const lines: string[] = [];
    const progress = plainProgress({ write: (text: string) => lines.push(text) });
    expect(await progress.step("Provision", 42_000, async () => 7)).toBe(7);
    await expect(progress.step("Destroy", 1000, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(lines).toEqual([
      "Provision (about 40 s)\n",
      expect.stringMatching(/^Provision: done in 0\.\d s\n$/),
      "Destroy (about 1 s)\n",
      expect.stringMatching(/^Destroy: failed after 0\.\d s\n$/),
    ]);
  });
});
