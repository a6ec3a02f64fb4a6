import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";
import { fuzz } from "./lib/fuzz.ts";
import sysbenchCpu, { parseSysbenchCpu } from "./sysbench-cpu.ts";
import sysbenchMemory, { parseSysbenchMemory } from "./sysbench-memory.ts";

const both = (test: string) => [`sysbench-${test}-bookworm.txt`, `sysbench-${test}-trixie.txt`];

describe("sysbench cpu and memory", () => {
  it("reads rates, with the version beside them", () => {
    expect(both("cpu").map((file) => parseSysbenchCpu(fixture(file)))).toEqual([
      { eventsPerSecond: 3779.45, version: "1.0.20", seconds: 2.0008 },
      { eventsPerSecond: 2371.14, version: "1.0.20", seconds: 2.005 },
    ]);
    expect(parseSysbenchMemory(fixture("sysbench-memory-bookworm.txt"))).toEqual({
      ...{ mibPerSecond: 7733.26, version: "1.0.20", seconds: 2.0001 },
    });
  });

  it("does not take a part for the whole", () => {
    for (const parse of [parseSysbenchCpu, parseSysbenchMemory]) {
      expect(() => parse("")).toThrow(ParseError);
      expect(() => parse(fixture("sysbench-cpu-bookworm.txt").slice(0, 200))).toThrow(ParseError);
    }
    expect(() => parseSysbenchCpu(fixture("sysbench-cpu-bookworm.txt").replace("3779.45", "0.00"))).toThrow(ParseError);
  });

  it("gives numbers or says why not, whatever it reads", () => {
    fuzz(parseSysbenchCpu, both("cpu"), ({ eventsPerSecond }) => expect(eventsPerSecond).toBeGreaterThan(0));
    fuzz(parseSysbenchMemory, both("memory"), ({ mibPerSecond }) => expect(mibPerSecond).toBeGreaterThan(0));
  });

  it("runs for the time asked for and keeps the output", async () => {
    const cpu = fakeContext({ parameters: { seconds: 2 }, inGuest: () => fixture("sysbench-cpu-bookworm.txt") });
    expect(await sysbenchCpu.run(cpu.context)).toMatchObject([{ metric: "events", value: 3779.45, unit: "1/s" }]);
    expect(cpu.asked).toEqual(["guest: sysbench cpu --threads=1 --time=2 --events=0 run"]);
    const memory = fakeContext({ parameters: { seconds: 2 }, inGuest: () => fixture("sysbench-memory-trixie.txt") });
    expect((await sysbenchMemory.run(memory.context))[0]?.unit).toBe("MiB/s");
    expect(memory.raw.get("sysbench-memory.txt")).toBe(fixture("sysbench-memory-trixie.txt"));
  });

  it("quotes what sysbench said when it failed", async () => {
    const { context, raw } = fakeContext({
      parameters: { seconds: 2 },
      inGuest: () => ({ stderr: "FATAL: unable to create thread", exitCode: 1 }),
    });
    await expect(sysbenchCpu.run(context)).rejects.toThrow(WorkloadError);
    await expect(sysbenchCpu.run(context)).rejects.toThrow(/exit code 1: FATAL: unable/);
    expect(raw.get("sysbench-cpu.txt")).toContain("FATAL");
  });
});
