import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import type { Boot } from "../../infra/outputs.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";
import memory, { parseMemory, untilSettled } from "./memory.ts";

const boot = (source: Boot["memory"]): Boot => ({
  ...{ start: ["true"], stop: ["true"], kill: ["true"], status: { argv: ["true"], on: "on" } },
  ...{ pid: null, console: null, memory: source },
});

describe("parseMemory", () => {
  it("reads what Xen gives a domain, in units of 10^6 bytes", () => {
    const text = fixture("xl-list.txt");
    expect(parseMemory(text, "xl-list")).toEqual({ totalMB: 134.218, parts: { "Mem MB": 134.218 } });
    const [heading = "", domain = ""] = text.split("\n");
    for (const other of ["", heading, `${heading}\n${domain}\n${domain}\n`, text.replace("   128 ", "     0 ")])
      expect(() => parseMemory(other, "xl-list"), other).toThrow(ParseError);
  });

  it("adds huge pages to a process's proportional set, in units of 10^6 bytes", () => {
    const text = fixture("smaps_rollup-qemu.txt");
    expect(parseMemory(text, "smaps_rollup")).toEqual({
      totalMB: 43.255,
      parts: {
        "Pss MB": 43.255,
        "Private_Hugetlb MB": 0,
        "Shared_Hugetlb MB": 0,
        "Rss MB": 44.593,
        "Pss_Anon MB": 21.979,
      },
    });
    const huge = text.replace(/^Shared_Hugetlb: +0/m, "Shared_Hugetlb: 1048576");
    expect(parseMemory(huge, "smaps_rollup").totalMB).toBeCloseTo(43.255 + 1073.742, 2);
  });

  it("reads a container's own memory, its children included, without the page cache", () => {
    const text = fixture("cgroup-v1-memory.stat");
    expect(parseMemory(text, "cgroup-v1").totalMB).toBe(0.111);
    const nested = text
      .replace(/^total_rss .*$/m, "total_rss 5000000")
      .replace(/^total_cache .*$/m, "total_cache 7000000");
    expect(parseMemory(nested, "cgroup-v1")).toMatchObject({
      totalMB: 5,
      parts: { "total_rss MB": 5, "total_cache MB": 7 },
    });
    const unified = "anon 2097152\nfile 8192\nkernel 1048576\nkernel_stack 16384\n";
    expect(parseMemory(unified, "cgroup-v2")).toEqual({
      totalMB: 2.097,
      parts: { "anon MB": 2.097, "file MB": 0.008, "kernel MB": 1.049 },
    });
  });

  it("refuses what is not the kernel's account of a running guest", () => {
    expect(() => parseMemory("", "smaps_rollup")).toThrow(ParseError);
    expect(() => parseMemory(fixture("cgroup-v1-memory.stat"), "smaps_rollup")).toThrow(/no line Pss/);
    expect(() => parseMemory(fixture("smaps_rollup-qemu.txt"), "cgroup-v2")).toThrow(/no line anon/);
    expect(() => parseMemory("anon 0\n", "cgroup-v2")).toThrow(/cannot take 0 bytes/);
  });
});

describe("untilSettled", () => {
  const readings = (values: number[]) => async () => ({ totalMB: values.shift() ?? 0, parts: {} });

  it("waits until two readings agree within two per cent", async () => {
    const waits: number[] = [];
    const settled = await untilSettled(readings([50, 80, 100, 101, 200]), async (ms) => waits.push(ms));
    expect(settled).toEqual({ memory: { totalMB: 101, parts: {} }, settled: true });
    expect(waits).toEqual([500, 500, 500]);
  });

  it("gives up after ten seconds and says so", async () => {
    let value = 1;
    const growing = async () => {
      value *= 2;
      return { totalMB: value, parts: {} };
    };
    expect(await untilSettled(growing, async () => {})).toMatchObject({ settled: false, memory: { totalMB: 2 ** 21 } });
  });
});

describe("memory", () => {
  it("keeps every reading", async () => {
    const source = { argv: ["cat", "/proc/7/smaps_rollup"], format: "smaps_rollup" as const };
    const { context, raw, asked } = fakeContext({
      ...{ parameters: {}, boot: boot(source) },
      onHost: () => fixture("smaps_rollup-qemu.txt"),
    });
    const [sample] = await memory.run(context);
    expect(sample).toMatchObject({ value: 43.255, unit: "MB", metadata: { settled: true, format: "smaps_rollup" } });
    expect(asked).toEqual(Array(2).fill("host: cat /proc/7/smaps_rollup"));
    expect(raw.get("smaps_rollup.txt")?.match(/^Pss:/gm)).toHaveLength(2);
  });

  it("fails where the boot cannot tell", async () => {
    const { context } = fakeContext({ parameters: {}, boot: boot(null) });
    await expect(memory.run(context)).rejects.toThrow(WorkloadError);
  });

  it("reads a serving guest under load, and not one that serves nothing", async () => {
    const source = { argv: ["cat", "smaps"], format: "smaps_rollup" as const };
    const parameters = memory.parameters.parse({ load: "serving" });
    const made = (answers: string) =>
      fakeContext({
        ...{ parameters, boot: boot(source), guest: { address: "198.18.0.10", capabilities: ["tool:static-page"] } },
        onHost: () => fixture("smaps_rollup-qemu.txt"),
        inClient: () => answers,
        background: (argv) =>
          argv.startsWith("wrk")
            ? { prints: "load" }
            : argv.startsWith("static") && answers !== ""
              ? { ends: { exitCode: 1 } }
              : {},
      });
    const { context, asked, raw } = made("");
    expect(await memory.run(context)).toHaveLength(1);
    const steps = asked.map((line) => line.replace(/ .*/, "") + (/static-page|wrk|smaps/.exec(line)?.[0] ?? ""));
    expect(steps).toEqual([
      "backgroundstatic-page",
      "client:wrk",
      "backgroundwrk",
      "host:smaps",
      "host:smaps",
      "stop:wrk",
      "stop:static-page",
    ]);
    expect(raw.get("wrk-load.txt")).toBe("load");
    await expect(memory.run(made("unable to connect to 198.18.0.10:80 Connection refused").context)).rejects.toThrow(
      /static-page/,
    );
    expect(memory.label(parameters)).toBe("memory while serving");
    expect(memory.needsFor?.(parameters)).toContain("application:http");
    expect(memory.needsFor?.({})).toEqual([]);
  });
});
