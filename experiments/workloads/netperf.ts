/** netperf: TCP throughput by message size, and TCP or UDP transactions, between the client and netserver in the guest. */
import { z } from "zod";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { bottleneck, inMeasuredClient } from "./lib/client-cpu.ts";
import { clientTool } from "./lib/client-tool.ts";
import { clientTimeoutMs, isCutShort } from "./lib/duration.ts";
import { againstServer } from "./lib/server.ts";
import { defineWorkload } from "./workload.ts";

const parameters = z.strictObject({
  test: z.enum(["tcp-stream", "tcp-rr", "udp-rr"]).describe("throughput, or requests and responses one at a time"),
  messageBytes: z
    .number()
    .int()
    .min(2)
    .max(65_536)
    .exactOptional()
    .describe("bytes per send (tcp-stream; default netperf's own) or per request and response (default 1)"),
  seconds: z.number().int().min(1).max(3600).default(10).describe("duration of the test"),
});

const port = 12_865;
const titles = { "tcp-stream": "TCP_STREAM", "tcp-rr": "TCP_RR", "udp-rr": "UDP_RR" } as const;

type Test = keyof typeof titles;
const measures = (test: Test) =>
  test === "tcp-stream" ? { metric: "throughput", unit: "Mbit/s" } : { metric: "transactions", unit: "1/s" };

export default defineWorkload({
  name: "netperf",
  title: "netperf",
  ...measures("tcp-stream"),
  measures: ({ test }) => measures(test),
  direction: "higher",
  stage: "guest",
  bootProfile: "standard",
  needs: ["shell", "network", "tool:netperf"],
  parameters,
  label: ({ test, messageBytes }) =>
    `netperf ${titles[test]}${messageBytes === undefined ? "" : ` ${messageBytes} bytes`}`,
  estimateMs: ({ seconds }) => seconds * 1000 + 1_000,
  async run(context) {
    const { guest, saveRaw } = context;
    const { test, messageBytes, seconds } = context.parameters;
    const tool = await clientTool(context, "netperf");
    try {
      const size = test === "tcp-stream" ? messageBytes && ["-m", `${messageBytes}`] : ["-r", sizes(messageBytes ?? 1)];
      const argv = [
        ...[tool.path, "-4", "-H", guest.address, "-p", `${port}`, "-t", titles[test], "-l", `${seconds}`],
        ...(size ? ["--", ...size] : []),
      ];
      const run = { timeoutMs: clientTimeoutMs(seconds), allowFailure: true };
      const { stdout, stderr, cpuPercent } = await againstServer(context, {
        argv: ["netserver", "-D", "-4", "-L", guest.address, "-p", `${port}`],
        log: "netserver.txt",
        ask: () => inMeasuredClient(context, argv, run),
        refused: (answer) => isRefused(answer.stdout + answer.stderr),
        answered: (answer) => saveRaw("netperf.txt", answer.stdout + answer.stderr),
      });
      const { value, ...rest } = parseNetperf(stdout + stderr);
      if (isCutShort(rest.seconds, seconds))
        throw new WorkloadError(`netperf: measured for ${rest.seconds} s of ${seconds} s`);
      return [{ ...measures(test), value, metadata: { ...rest, ...bottleneck(cpuPercent) } }];
    } finally {
      await tool.remove();
    }
  },
});

const sizes = (bytes: number) => `${bytes},${bytes}`;
const isRefused = (text: string) => text.includes("are you sure there is a netserver");

export interface NetperfResult {
  /** 10^6 bit/s, or transactions per second. */
  value: number;
  seconds: number;
  /** Bytes per send, or per request. */
  messageBytes: number;
}

/** The row below the table's heading; throws WorkloadError where nothing went through, ParseError where there is no row. */
export function parseNetperf(text: string): NetperfResult {
  const [stream, transactions] = [
    /^ *bytes +bytes +bytes +secs\. +10\^6bits\/sec *$/m,
    /^ *bytes +Bytes +bytes +bytes +secs\. +per sec *$/m,
  ];
  const heading = stream.exec(text) ?? transactions.exec(text);
  if (!heading) throw new ParseError(`netperf: no table in ${JSON.stringify(text.slice(0, 300))}`);
  const lines = text.slice(heading.index + heading[0].length).split("\n");
  const row =
    lines
      .find((line) => line.trim() !== "")
      ?.trim()
      .split(/ +/) ?? [];
  const columns = heading[0].includes("10^6bits") ? 5 : 6;
  const numbers = row.map(Number);
  const [value = 0, seconds = 0, messageBytes = 0] = [numbers.at(-1), numbers.at(-2), numbers[2]];
  if (row.length !== columns || !numbers.every((number) => Number.isFinite(number) && number >= 0))
    throw new ParseError(`netperf: the table's row is ${JSON.stringify(row.join(" "))}`);
  if (value === 0) throw new WorkloadError("netperf: nothing went through");
  return { value, seconds, messageBytes };
}
