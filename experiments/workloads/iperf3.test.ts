import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import iperf3, { parseIperf3, sampleOf } from "./iperf3.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";

const guest = { address: "198.18.0.10" };
const client = "client: iperf3 -c 198.18.0.10 -p 5201 -J -t 2";

describe("parseIperf3", () => {
  it("reads what was received", () => {
    const result = parseIperf3(fixture("iperf3-tx.txt"));
    expect(result.gbitPerSecond).toBeCloseTo(18.50663, 4);
    expect(result).toMatchObject({ retransmits: 2587, version: "iperf 3.12" });
    expect(result.guestCpuPercent).toBeCloseTo(87.836, 2);
    expect(parseIperf3(fixture("iperf3-rx.txt")).gbitPerSecond).toBeCloseTo(17.41443, 4);
  });

  it("fails with iperf3's own error, which leaves its exit code 0", () => {
    expect(() => parseIperf3(fixture("iperf3-refused.txt"))).toThrow(WorkloadError);
    expect(() => parseIperf3(fixture("iperf3-busy.txt"))).toThrow("the server is busy running a test");
    expect(() => parseIperf3(fixture("iperf3-server-died.txt"))).toThrow("control socket has closed unexpectedly");
  });

  it("refuses broken reports", () => {
    expect(() => parseIperf3(fixture("iperf3-truncated.txt"))).toThrow(ParseError);
    expect(() => parseIperf3(fixture("iperf3-truncated.txt"))).toThrow(/not JSON \(1500 characters/);
    expect(() => parseIperf3("")).toThrow(ParseError);
    expect(() => parseIperf3('{"start": {"version": "iperf 3.12"}, "end": {}}')).toThrow(/no end.sum_received/);
    expect(() => parseIperf3('{"end": {"sum_received": {"bits_per_second": "fast"}}}')).toThrow(/bits_per_second/);
  });

  it("takes no sample from a test that was cut short", () => {
    const result = parseIperf3(fixture("iperf3-tx.txt"));
    expect(sampleOf(result, 2)).toMatchObject({ metric: "throughput", unit: "Gbit/s", value: 18.506629 });
    expect(() => sampleOf(result, 10)).toThrow(/received for 2.00 s of 10 s/);
  });
});

describe("iperf3", () => {
  it("lets the guest send for Tx and receive for Rx", async () => {
    for (const [direction, command, file] of [
      ["tx", `${client} -R --connect-timeout 2000`, "iperf3-tx.txt"],
      ["rx", `${client} --connect-timeout 2000`, "iperf3-rx.txt"],
    ] as const) {
      const { context, raw, asked } = fakeContext({
        ...{ parameters: { direction, seconds: 2 }, guest },
        inClient: () => fixture(file),
        background: () => ({ ends: {} }),
      });
      const samples = await iperf3.run(context);
      expect(samples).toHaveLength(1);
      expect(asked).toEqual(["background guest: iperf3 -s -1 -B 198.18.0.10 -p 5201", command, "stop: iperf3"]);
      expect(raw.get("iperf3.json")).toBe(fixture(file));
    }
  });

  it("tries until the server listens", async () => {
    const answers = ["iperf3-refused.txt", "iperf3-refused.txt", "iperf3-rx.txt"];
    const { context } = fakeContext({
      ...{ parameters: { direction: "rx" as const, seconds: 2 }, guest },
      inClient: () => fixture(answers.shift() ?? ""),
    });
    expect(await iperf3.run(context)).toHaveLength(1);
    expect(answers).toEqual([]);
  });

  it("stops the server after an error and keeps the report", async () => {
    const { context, raw, asked } = fakeContext({
      ...{ parameters: { direction: "rx" as const, seconds: 2 }, guest },
      inClient: () => fixture("iperf3-server-died.txt"),
    });
    await expect(iperf3.run(context)).rejects.toThrow("control socket");
    expect(asked.at(-1)).toBe("stop: iperf3");
    expect(raw.get("iperf3.json")).toContain("control socket");
  });

  it("says why the server in the guest did not run", async () => {
    const { context } = fakeContext({
      ...{ parameters: { direction: "rx" as const, seconds: 2 }, guest },
      inClient: () => fixture("iperf3-refused.txt"),
      background: () => ({ ends: { stderr: "sh: iperf3: not found", exitCode: 127 } }),
    });
    await expect(iperf3.run(context)).rejects.toThrow(
      /iperf3 -s in shell ended \(exit code 127\): sh: iperf3: not found/,
    );
  });

  it("has short labels and refuses unknown directions", () => {
    expect(iperf3.label({ direction: "tx", seconds: 10 })).toBe("iperf3 Tx");
    expect(iperf3.label({ direction: "rx", seconds: 10 })).toBe("iperf3 Rx");
    expect(iperf3.label({ direction: "rx", seconds: 10, streams: 4 })).toBe("iperf3 Rx 4 streams");
    expect(iperf3.parameters.parse({ direction: "rx" })).toEqual({ direction: "rx", seconds: 10 });
    expect(iperf3.parameters.safeParse({ direction: "up" }).success).toBe(false);
  });
});
