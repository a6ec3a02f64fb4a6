import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";
import rtt, { parsePing } from "./rtt.ts";

describe("rtt", () => {
  it("reads the summary", () => {
    expect(parsePing(fixture("ping.txt"))).toEqual({
      ...{ averageMs: 0.007, minMs: 0.006, maxMs: 0.397, deviationMs: 0.012 },
      ...{ lossPercent: 0, received: 1000 },
    });
  });

  it("reports loss beside the time", () => {
    const { lossPercent, received, averageMs } = parsePing(fixture("ping-some-lost.txt"));
    expect(received).toBeLessThan(300);
    expect(Math.abs(lossPercent - (100 * (300 - received)) / 300)).toBeLessThan(1);
    expect(averageMs).toBeGreaterThan(0);
  });

  it("fails where nothing came back or nothing can be read", () => {
    expect(() => parsePing(fixture("ping-lost.txt"))).toThrow(WorkloadError);
    expect(() => parsePing(fixture("ping-lost.txt"))).toThrow("none of 50 packets came back");
    expect(() => parsePing("ping: connect: Network is unreachable")).toThrow(ParseError);
    expect(() => parsePing(fixture("ping.txt").replace(/^rtt.*$/m, ""))).toThrow(/no line "rtt/);
  });

  it("floods the guest's address from the client and keeps the output", async () => {
    const { context, raw, asked } = fakeContext({
      parameters: { packets: 1000 },
      guest: { address: "198.18.0.10" },
      inClient: () => fixture("ping.txt"),
    });
    const [sample] = await rtt.run(context);
    expect(asked).toEqual(["client: ping -f -q -n -c 1000 198.18.0.10"]);
    expect(sample).toMatchObject({ metric: "round-trip time", value: 0.007, unit: "ms", metadata: { lossPercent: 0 } });
    expect(raw.get("ping.txt")).toBe(fixture("ping.txt"));
  });

  it("keeps the output of a flood that failed", async () => {
    const { context, raw } = fakeContext({
      parameters: { packets: 50 },
      inClient: () => ({ stdout: fixture("ping-lost.txt"), exitCode: 1 }),
    });
    await expect(rtt.run(context)).rejects.toThrow(WorkloadError);
    expect(raw.get("ping.txt")).toContain("100% packet loss");
  });
});
