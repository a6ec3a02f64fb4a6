import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import iozone, { aggregate, parseIozone, recordLengths } from "./iozone.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";
import { fuzz } from "./lib/fuzz.ts";

const files = [4, 1024].flatMap((size) => [`iozone-${size}-bookworm.txt`, `iozone-${size}-trixie.txt`]);

describe("iozone", () => {
  it("reads every operation of either version's table", () => {
    const [pass] = parseIozone(fixture("iozone-4-bookworm.txt"));
    expect(pass).toMatchObject({ fileKiB: 4, recordKiB: 4, resolutionSeconds: 1e-6 });
    expect(pass?.rates).toEqual([
      ...[221318, 582427, 2149355, 4000000, 2149355, 676345, 496283, 562886, 998305, 401314, 251134, 306121, 1905268],
    ]);
    for (const file of files) expect(parseIozone(fixture(file))[0]?.rates).toHaveLength(13);
    expect(parseIozone(fixture(files[0] ?? "") + fixture(files[1] ?? ""))).toHaveLength(2);
  });

  it("does not take a part for the whole", () => {
    const partial = ["iozone-toolarge-bookworm.txt", "iozone-i0i2-bookworm.txt", "iozone-i0i2-trixie.txt"].map(fixture);
    const whole = fixture("iozone-1024-trixie.txt");
    for (const text of ["", ...partial, whole.slice(0, -60), whole.slice(0, 900)])
      expect(() => parseIozone(text)).toThrow(ParseError);
    expect(() => parseIozone(fixture("iozone-4-bookworm.txt").replace("2149355", "0      "))).toThrow(/no positive/);
  });

  it("gives rates or says why not, whatever it reads", () => {
    fuzz(parseIozone, [...files, "iozone-i0i2-trixie.txt"], (passes) => {
      expect(passes.length).toBeGreaterThan(0);
      expect(passes.every(({ rates }) => rates.length === 13 && rates.every((rate) => rate > 0))).toBe(true);
    });
  });

  it("adds up bytes and times of repeated passes, and does not average rates", () => {
    const pass = { fileKiB: 1000, recordKiB: 4, resolutionSeconds: 1e-6 };
    const made = [1000, 3000].map((rate) => ({ ...pass, rates: [rate] }));
    expect(aggregate(made, "write")).toEqual({ megabytesPerSecond: 1.536, seconds: 1 + 1 / 3 });
  });

  it("repeats what the timer is too coarse for, and keeps every record length", async () => {
    expect([4, 1024, 10_240].map((size) => recordLengths(size).length)).toEqual([1, 9, 12]);
    const small = fixture("iozone-4-bookworm.txt");
    const { context, raw, asked } = fakeContext({
      parameters: { fileKiB: 4 as const, operation: "reread" as const },
      inGuest: (command) => small.repeat(command.includes("-lt 20") ? 20 : 1),
    });
    const samples = await iozone.run(context);
    // 1 µs a pass: a thousand passes would do, some two hundred are the most
    expect(samples[1]?.metadata.passes).toBe(201);
    expect(samples[0]).toMatchObject({ metric: "throughput", value: 4096, unit: "MB/s" });
    expect(asked[0]).toContain('iozone -s 4k -r 4k -f "$d/file"');
    expect(raw.get("iozone-4k.txt")?.match(/Iozone: Perf/g)).toHaveLength(201);
    const large = fakeContext({
      parameters: { fileKiB: 1024 as const, operation: "write" as const },
      inGuest: (command) => fixture("iozone-1024-trixie.txt").repeat(command.includes("-lt 20") ? 20 : 1),
    });
    expect(await iozone.run(large.context)).toHaveLength(10);
  });

  it("quotes what IOzone said when it failed", async () => {
    const { context, raw } = fakeContext({
      parameters: { fileKiB: 4 as const, operation: "read" as const },
      inGuest: () => ({ stdout: "Can not open temp file", exitCode: 1 }),
    });
    await expect(iozone.run(context)).rejects.toThrow(WorkloadError);
    expect(raw.get("iozone-4k.txt")).toContain("Can not open");
  });
});
