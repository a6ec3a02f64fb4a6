import { describe, expect, it } from "vitest";
import { runCommand } from "../../access/command.ts";
import { bottleneck, inMeasuredClient, splitTimes } from "./client-cpu.ts";

const signal = new AbortController().signal;
const context = {
  inClient: (argv: readonly string[], options: { timeoutMs: number; allowFailure?: boolean }) =>
    runCommand(argv, { ...options, signal, env: {} }),
};

describe("the client's processor time", () => {
  it("is what the command took, and leaves output and exit code alone", async () => {
    const busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo out; echo err >&2; exit 3";
    const result = await inMeasuredClient(context, ["sh", "-c", busy], { timeoutMs: 20_000, allowFailure: true });
    expect(result).toMatchObject({ stdout: "out\n", stderr: "err\n", exitCode: 3 });
    const idle = await inMeasuredClient(context, ["sleep", "0.5"], { timeoutMs: 20_000 });
    expect(idle.cpuPercent).toBeLessThan(5);
    expect(result.cpuPercent).toBeGreaterThan(idle.cpuPercent as number);
  });

  it("is read from both forms of times, and unknown where it is not there", () => {
    const of = (children: string) =>
      splitTimes(`said\n\nclient's processor time: 10.00 12.00\n0m0.00s 0m0.00s\n${children}\n`);
    expect(of("0m0.50s 0m1.00s")).toEqual({ stderr: "said\n", cpuPercent: 75 });
    expect(of("0m0.500000s 1m1.000000s").cpuPercent).toBe(3075);
    expect(of("")).toEqual({ stderr: "said\n", cpuPercent: null });
    expect(splitTimes("said\n")).toEqual({ stderr: "said\n", cpuPercent: null });
  });

  it("marks a client that could not go faster, by the rule beside it", () => {
    expect(bottleneck(89.9)).toMatchObject({ clientBottleneck: false });
    expect(bottleneck(90)).toMatchObject({
      clientBottleneck: true,
      clientBottleneckRule: expect.stringContaining("90 %"),
    });
    expect(bottleneck(null)).toMatchObject({ clientCpuPercent: null, clientBottleneck: null });
  });
});
