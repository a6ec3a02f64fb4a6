import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ParseError } from "../../../infra/errors.ts";
import { calibrateClock } from "./clock.ts";
import { watchConsole } from "./console.ts";
import { bootTimeMs, parseStartTicks, parseUptimeMs, startAfter } from "./process-start.ts";

describe("calibrateClock", () => {
  it("agrees with the wall clock and is finer", () => {
    const clock = calibrateClock();
    expect(clock.uncertaintyMs).toBeLessThan(0.5);
    for (let i = 0; i < 100; i++) {
      const before = Date.now();
      const now = clock.now();
      const after = Date.now();
      expect(now).toBeGreaterThan(before - 0.5);
      expect(now).toBeLessThan(after + 1.5);
    }
    expect(new Set(Array.from({ length: 50 }, () => clock.now())).size).toBeGreaterThan(10);
  });
});

describe("process start", () => {
  const stat =
    "9843 (qemu) system (x86) S 9841 9841 19884 0 -1 138412416 4981 0 42 0 5 4 0 0 20 0 3 0 191331 1431384064";

  it("finds the start time behind a name with spaces and brackets", () => {
    expect(parseStartTicks(stat)).toBe(191331);
    expect(() => parseStartTicks("9843 (qemu) S 1 2")).toThrow(ParseError);
    expect(() => parseStartTicks("")).toThrow(ParseError);
    expect(parseUptimeMs("1913.31 3000.00\n")).toBe(1_913_310);
    expect(() => parseUptimeMs("")).toThrow(ParseError);
  });

  it("answers with the middle of the possible interval, which begins at the issue", () => {
    expect(startAfter(100, 5_000, 5_980)).toBe(25);
    expect(startAfter(100, 5_000, 6_004)).toBe(3);
    expect(startAfter(100, 5_000, 6_011)).toBeNull();
  });

  it("uses the monotonic clock unless the machine has slept", () => {
    expect(bootTimeMs(1_000_004.5, 1_000_000)).toBe(1_000_004.5);
    expect(bootTimeMs(1_000_004.5, 1_600_000)).toBe(1_600_005);
  });

  it("places this process before now, on this machine's clocks", async () => {
    const uptimeMs = parseUptimeMs(await readFile("/proc/uptime", "utf8"));
    const now = bootTimeMs(Number(process.hrtime.bigint()) / 1e6, uptimeMs);
    const started = parseStartTicks(await readFile("/proc/self/stat", "utf8")) * 10;
    expect(now - started).toBeGreaterThan(0);
    expect(Math.abs(now - started - process.uptime() * 1000)).toBeLessThan(2_000);
  });
});

describe("watchConsole", () => {
  async function firstByte(prepare: (file: string) => Promise<void>, change: (file: string) => Promise<void>) {
    const folder = await mkdtemp(join(tmpdir(), "guestbench-console-"));
    const file = join(folder, "console.log");
    await prepare(file);
    const watch = watchConsole(file, () => performance.now());
    try {
      await change(file);
      for (let i = 0; i < 20 && watch.firstByteAt() === null; i++) await delay(5);
      return watch.firstByteAt();
    } finally {
      watch.close();
      await rm(folder, { recursive: true });
    }
  }
  const old = (file: string) => writeFile(file, "last boot\n");

  it("sees a file appear, grow, and be replaced", async () => {
    expect(
      await firstByte(
        async () => {},
        (file) => writeFile(file, "S"),
      ),
    ).not.toBeNull();
    expect(await firstByte(old, (file) => appendFile(file, "S"))).not.toBeNull();
    const replaced = async (file: string) => {
      await writeFile(file, "");
      await delay(20);
      await appendFile(file, "S");
    };
    expect(await firstByte(old, replaced)).not.toBeNull();
  });

  it("does not take what was there, or an empty file, for output", async () => {
    expect(await firstByte(old, async () => {})).toBeNull();
    expect(
      await firstByte(
        async () => {},
        (file) => writeFile(file, ""),
      ),
    ).toBeNull();
    expect(await firstByte(old, (file) => writeFile(file, ""))).toBeNull();
  });

  it("observes nothing where there is no such directory", () => {
    const watch = watchConsole("/nonexistent/guestbench/console.log", () => 1);
    expect(watch.firstByteAt()).toBeNull();
    watch.close();
  });
});
