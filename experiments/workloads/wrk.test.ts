import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";
import { fuzz } from "./lib/fuzz.ts";
import wrk, { parseWrk } from "./wrk.ts";

const files = [1, 20].flatMap((connections) => [`wrk-${connections}-bookworm.txt`, `wrk-${connections}-trixie.txt`]);
const parameters = { connections: 20, seconds: 1 };

describe("wrk", () => {
  it("reads rate and latency in every unit that it prints", () => {
    const result = parseWrk(fixture("wrk-20-trixie.txt"));
    expect(result).toMatchObject({ requestsPerSecond: 35782.26, requests: 38201 });
    expect(result.latencyMs).toEqual({
      ...{ average: 2.39, "standard deviation": 9.38, max: 142.1 },
      ...{ p50: 0.18, p75: 0.9, p90: 4.02, p99: 36.85 },
    });
    expect(result.perThread).toEqual({ average: 37870, "standard deviation": 20070, max: 82470 });
    for (const file of files) expect(parseWrk(fixture(file)).requests).toBeGreaterThan(0);
  });

  it("does not take errors for a rate, or a part for the whole", () => {
    expect(() => parseWrk(fixture("wrk-refused.txt"))).toThrow(/unable to connect/);
    expect(() => parseWrk(fixture("wrk-not-found.txt"))).toThrow(/Non-2xx or 3xx responses: \d+/);
    expect(() => parseWrk(fixture("wrk-server-died.txt"))).toThrow(WorkloadError);
    expect(() => parseWrk("")).toThrow(ParseError);
    const whole = fixture("wrk-1-bookworm.txt");
    expect(() => parseWrk(whole.slice(0, whole.indexOf("Requests/sec")))).toThrow(/no line Requests/);
  });

  it("gives numbers or says why not, whatever it reads", () => {
    fuzz(parseWrk, [...files, "wrk-not-found.txt"], ({ requestsPerSecond, latencyMs, perThread }) => {
      expect(requestsPerSecond).toBeGreaterThan(0);
      for (const value of [...Object.values(latencyMs), ...Object.values(perThread)])
        expect(value).toBeGreaterThanOrEqual(0);
    });
  });

  it("starts the server where the image brings it, and asks the guest's own where it is one", async () => {
    const linux = fakeContext({
      parameters,
      guest: { address: "198.18.0.10", capabilities: ["network", "application:http", "shell", "tool:static-page"] },
      inClient: () => fixture("wrk-20-bookworm.txt"),
    });
    const samples = await wrk.run(linux.context);
    expect(samples[0]).toMatchObject({ metric: "requests", unit: "requests/s" });
    expect(samples.map(({ metric }) => metric)).toEqual(expect.arrayContaining(["latency average", "latency max"]));
    expect(linux.asked[0]).toBe("background guest: static-page 198.18.0.10 80");
    expect(linux.asked[1]).toMatch(/wrk -t1 -c20 -d1s --latency http:\/\/198\.18\.0\.10:80\/$/);
    expect(linux.asked.at(-1)).toBe("stop: static-page");
    const unikernel = fakeContext({
      parameters,
      guest: { capabilities: ["network", "application:http"] },
      inClient: () => fixture("wrk-20-bookworm.txt"),
    });
    await wrk.run(unikernel.context);
    expect(unikernel.asked).toHaveLength(1);
    expect(unikernel.raw.get("wrk.txt")).toBe(fixture("wrk-20-bookworm.txt"));
  });

  it("is labelled by its connections", () => {
    expect(wrk.label({ connections: 1, seconds: 30 })).toBe("wrk 1 connection");
    expect(wrk.parameters.parse({ connections: 100 })).toEqual({ connections: 100, seconds: 30 });
  });
});
