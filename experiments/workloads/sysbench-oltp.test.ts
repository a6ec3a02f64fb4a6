import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";
import { fuzz } from "./lib/fuzz.ts";
import sysbenchOltp, { parseOltp } from "./sysbench-oltp.ts";

const files = ["sysbench-oltp-bookworm.txt", "sysbench-oltp-trixie.txt"];
const parameters = { mode: "read-write" as const, engine: "myisam" as const, rows: 2000, seconds: 2 };

describe("sysbench OLTP", () => {
  it("reads rates and latency", () => {
    expect(parseOltp(fixture("sysbench-oltp-bookworm.txt"))).toEqual({
      ...{ transactionsPerSecond: 590.9, queriesPerSecond: 11818.01, version: "1.0.20", seconds: 2.1603 },
      latencyMs: { min: 0.7, average: 1.69, max: 185.68, "95th percentile": 4.1 },
    });
    expect(parseOltp(fixture("sysbench-oltp-trixie.txt")).transactionsPerSecond).toBeGreaterThan(0);
  });

  it("does not take errors for a rate, or a part for the whole", () => {
    expect(() => parseOltp(fixture("sysbench-oltp-refused.txt"))).toThrow(WorkloadError);
    const whole = fixture("sysbench-oltp-bookworm.txt");
    for (const text of ["", whole.slice(0, whole.indexOf("Latency")), whole.slice(0, 300)])
      expect(() => parseOltp(text)).toThrow(ParseError);
  });

  it("gives numbers or says why not, whatever it reads", () => {
    fuzz(parseOltp, [...files, "sysbench-oltp-refused.txt"], ({ transactionsPerSecond, latencyMs }) => {
      expect([transactionsPerSecond, ...Object.values(latencyMs)].every((value) => value > 0)).toBe(true);
    });
  });

  it("prepares the tables before it measures, ends the server in between, and leaves nothing", async () => {
    let laidOut = 0;
    const { context, asked, raw } = fakeContext({
      parameters,
      guest: { address: "198.18.0.10", capabilities: ["tool:mariadb"] },
      inGuest: (command) => (command.includes("--bootstrap") ? (laidOut++ === 0 ? "empty" : "prepared") : ""),
      inClient: (argv) => (argv.endsWith("run") ? fixture("sysbench-oltp-bookworm.txt") : ""),
    });
    const samples = await sysbenchOltp.run(context);
    expect(samples.map(({ metric }) => metric)).toEqual([
      ...["transactions", "queries", "latency min", "latency average", "latency max", "latency 95th percentile"],
    ]);
    const steps = asked.map(
      (line) =>
        /prepare$|run$|kill -TERM|mv |--bootstrap|rm -rf \/var\/tmp\/guestbench-mariadb$|^background/.exec(line)?.[0],
    );
    expect(steps.filter((step) => step !== undefined)).toEqual([
      ...["--bootstrap", "background", "prepare", "kill -TERM", "mv ", "--bootstrap", "background", "run"],
      "rm -rf /var/tmp/guestbench-mariadb",
    ]);
    expect(asked.find((line) => line.includes("my.cnf"))).toContain("bind-address=198.18.0.10");
    expect(raw.get("sysbench-oltp.txt")).toBe(fixture("sysbench-oltp-bookworm.txt"));
  });

  it("asks the guest's own database where it is one", async () => {
    const { context, asked } = fakeContext({
      parameters: { ...parameters, mode: "read-only" as const },
      guest: { capabilities: ["application:mysql"] },
      inClient: (argv) => (argv.endsWith("run") ? fixture("sysbench-oltp-trixie.txt") : ""),
    });
    expect((await sysbenchOltp.run(context))[0]?.unit).toBe("1/s");
    expect(asked.every((line) => line.startsWith("client: "))).toBe(true);
    expect(asked.at(-1)).toContain("oltp_read_only");
  });
});
