import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import hackbench, { parseHackbench } from "./hackbench.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";

describe("hackbench", () => {
  it("reads time and tasks", () => {
    expect(parseHackbench(fixture("hackbench.txt"))).toEqual({ seconds: 0.056, tasks: 40 });
    expect(parseHackbench(fixture("hackbench-threads-pipes.txt"))).toEqual({ seconds: 0.027, tasks: 40 });
  });

  it("does not take a failed run for a time", () => {
    expect(() => parseHackbench(fixture("hackbench-nofile.txt"))).toThrow(ParseError);
    expect(() => parseHackbench("")).toThrow(/no line "Time: S"/);
    expect(() => parseHackbench(fixture("hackbench.txt").replace("0.056", "0.000"))).toThrow(/below its resolution/);
  });

  it("runs the study's command and keeps the output", async () => {
    const { context, raw, asked } = fakeContext({
      parameters: { groups: 16, loops: 1000, threads: true, pipes: true },
      inGuest: () => fixture("hackbench-threads-pipes.txt"),
    });
    const samples = await hackbench.run(context);
    expect(asked).toEqual(["guest: hackbench -s 100 -l 1000 -g 16 -T -p"]);
    expect(samples).toEqual([{ metric: "time", value: 0.027, unit: "s", metadata: { tasks: 40, loops: 1000 } }]);
    expect(raw.get("hackbench.txt")).toBe(fixture("hackbench-threads-pipes.txt"));
  });

  it("quotes what hackbench said when it failed", async () => {
    for (const [file, said] of [
      ["hackbench-nofile.txt", /exit code 1: .*Too many open files/s],
      ["hackbench-nproc.txt", /Resource temporarily unavailable/],
    ] as const) {
      const { context, raw } = fakeContext({
        parameters: { groups: 2, loops: 10, threads: false, pipes: false },
        inGuest: () => ({ stdout: fixture(file), exitCode: 1 }),
      });
      const failing = hackbench.run(context);
      await expect(failing).rejects.toThrow(WorkloadError);
      await expect(failing).rejects.toThrow(said);
      expect(raw.get("hackbench.txt")).toBe(fixture(file));
    }
  });

  it("is labelled by the number of tasks and has defaults", () => {
    const parameters = hackbench.parameters.parse({ groups: 4 });
    expect(parameters).toEqual({ groups: 4, loops: 1000, threads: false, pipes: false });
    expect(hackbench.label(parameters)).toBe("hackbench 160 tasks");
    expect(hackbench.label({ ...parameters, threads: true, pipes: true })).toBe("hackbench 160 threads pipes");
    expect(hackbench.parameters.safeParse({ groups: 0 }).success).toBe(false);
    expect(hackbench.parameters.safeParse({ groups: 1, loop: 10 }).success).toBe(false);
  });

  it("takes modes and transports by name, and makes one cell of both ways to write them", () => {
    const named = hackbench.parameters.parse({ groups: 1, mode: "threads", transport: "pipes" });
    expect(named).toEqual(hackbench.parameters.parse({ groups: 1, threads: true, pipes: true }));
    expect(hackbench.parameters.parse({ groups: 1, mode: "processes", transport: "sockets" })).toEqual(
      hackbench.parameters.parse({ groups: 1 }),
    );
    for (const wrong of [{ mode: "threads", threads: false }, { transport: "sockets", pipes: true }, { mode: "tasks" }])
      expect(hackbench.parameters.safeParse({ groups: 1, ...wrong }).success).toBe(false);
  });
});
