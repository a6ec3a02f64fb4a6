import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";
import { fuzz } from "./lib/fuzz.ts";
import netperf, { parseNetperf } from "./netperf.ts";

const files = ["stream", "tcp-rr", "udp-rr"].flatMap((test) =>
  ["bookworm", "trixie"].map((suite) => `netperf-${test}-${suite}.txt`),
);

/** A client of the host's own, so that nothing is copied. */
const answering =
  (file: string, times = "") =>
  (argv: string) =>
    argv.includes("command -v") ? "/usr/bin/netperf\n" : { stdout: fixture(file), stderr: times };

describe("netperf", () => {
  it("reads throughput and transactions", () => {
    expect(parseNetperf(fixture("netperf-stream-bookworm.txt"))).toEqual({
      ...{ value: 2990.99, seconds: 2, messageBytes: 1024 },
    });
    expect(parseNetperf(fixture("netperf-stream-trixie.txt")).value).toBe(4161.6);
    expect(parseNetperf(fixture("netperf-tcp-rr-bookworm.txt"))).toEqual({
      value: 23791.8,
      seconds: 2,
      messageBytes: 1,
    });
    expect(parseNetperf(fixture("netperf-udp-rr-trixie.txt")).value).toBe(48131.91);
  });

  it("does not take a part for the whole", () => {
    for (const text of ["", fixture("netperf-refused-bookworm.txt"), fixture("netperf-refused-trixie.txt")])
      expect(() => parseNetperf(text)).toThrow(ParseError);
    const whole = fixture("netperf-stream-bookworm.txt");
    expect(() => parseNetperf(whole.slice(0, whole.indexOf("2990")))).toThrow(/row is "131072 16384 1024 2.00"/);
    expect(() => parseNetperf(whole.replace("2990.99", "0.00"))).toThrow(WorkloadError);
  });

  it("gives a number or says why not, whatever it reads", () => {
    fuzz(parseNetperf, files, ({ value, seconds, messageBytes }) => {
      expect(value).toBeGreaterThan(0);
      expect([seconds, messageBytes].every(Number.isFinite)).toBe(true);
    });
  });

  it("asks for the message size and keeps what both sides printed", async () => {
    const times = "\nclient's processor time: 100.00 102.00\n0m0.00s 0m0.00s\n0m0.4s 0m1.5s\n";
    const { context, raw, asked } = fakeContext({
      parameters: { test: "tcp-stream" as const, messageBytes: 1024, seconds: 2 },
      guest: { address: "198.18.0.10" },
      inClient: answering("netperf-stream-bookworm.txt", times),
    });
    const [sample] = await netperf.run(context);
    expect(asked[1]).toBe("background guest: netserver -D -4 -L 198.18.0.10 -p 12865");
    expect(asked[2]).toMatch(/client \/usr\/bin\/netperf -4 -H 198\.18\.0\.10 -p 12865 -t TCP_STREAM -l 2 -- -m 1024$/);
    expect(sample).toMatchObject({ metric: "throughput", value: 2990.99, unit: "Mbit/s" });
    expect(sample?.metadata).toMatchObject({ messageBytes: 1024, clientCpuPercent: 95, clientBottleneck: true });
    expect(raw.get("netperf.txt")).toContain("2990.99");
    expect(raw.has("netserver.txt")).toBe(true);
  });

  it("tries until netserver listens, and refuses a test that was cut short", async () => {
    const answers = ["netperf-refused-bookworm.txt", "netperf-tcp-rr-bookworm.txt"];
    const { context, asked } = fakeContext({
      parameters: { test: "tcp-rr" as const, seconds: 2 },
      inClient: (argv) => (argv.includes("command -v") ? "/n\n" : fixture(answers.shift() ?? "")),
    });
    expect((await netperf.run(context))[0]).toMatchObject({ metric: "transactions", unit: "1/s" });
    expect(asked.filter((line) => line.includes("-t TCP_RR -l 2 -- -r 1,1"))).toHaveLength(2);
    const short = fakeContext({
      parameters: { test: "udp-rr" as const, seconds: 10 },
      inClient: answering("netperf-udp-rr-bookworm.txt"),
    });
    await expect(netperf.run(short.context)).rejects.toThrow("measured for 2 s of 10 s");
  });

  it("brings the guest's own netperf where the client has none", async () => {
    const { context, asked } = fakeContext({
      parameters: { test: "tcp-rr" as const, seconds: 2 },
      inGuest: () => "A".repeat(100_000),
      inClient: (argv) => (argv.includes("command -v") ? { exitCode: 127 } : fixture("netperf-tcp-rr-bookworm.txt")),
    });
    await netperf.run(context);
    expect(asked.filter((line) => line.includes("append"))).toHaveLength(2);
    expect(asked.at(-1)).toMatch(/^host: rm -f .*netperf-/);
  });

  it("names what it measures by the test", () => {
    const stream = netperf.parameters.parse({ test: "tcp-stream", messageBytes: 2 });
    expect(netperf.label(stream)).toBe("netperf TCP_STREAM 2 bytes");
    expect(netperf.measures?.(stream)).toEqual({ metric: "throughput", unit: "Mbit/s" });
    expect(netperf.measures?.(netperf.parameters.parse({ test: "udp-rr" }))).toEqual({
      ...{ metric: "transactions", unit: "1/s" },
    });
    expect(netperf.parameters.safeParse({ test: "tcp-stream", messageBytes: 1 }).success).toBe(false);
  });
});
