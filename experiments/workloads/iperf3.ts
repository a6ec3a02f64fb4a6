/** TCP throughput between the guest and the client's namespace; Tx and Rx as the guest sees them. */
import { z } from "zod";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import type { Sample } from "../campaign/results.ts";
import { bottleneck } from "./lib/client-cpu.ts";
import { clientTimeoutMs, isCutShort } from "./lib/duration.ts";
import { round } from "./lib/number.ts";
import { againstServer } from "./lib/server.ts";
import { defineWorkload } from "./workload.ts";

const parameters = z.strictObject({
  direction: z.enum(["tx", "rx"]).describe("tx: the guest sends; rx: it receives"),
  seconds: z.number().int().min(1).max(3600).default(10).describe("duration of the test"),
  streams: z.number().int().min(1).max(128).exactOptional().describe("connections at a time; default 1"),
});

const port = 5201;

export default defineWorkload({
  name: "iperf3",
  title: "TCP throughput",
  metric: "throughput",
  unit: "Gbit/s",
  direction: "higher",
  stage: "guest",
  bootProfile: "standard",
  needs: ["shell", "network", "tool:iperf3"],
  parameters,
  label: ({ direction, streams }) =>
    `iperf3 ${direction === "tx" ? "Tx" : "Rx"}${streams === undefined ? "" : ` ${streams} streams`}`,
  estimateMs: ({ seconds }) => seconds * 1000 + 1_000,
  async run(context) {
    const { guest, inClient, saveRaw } = context;
    const { direction, seconds, streams } = context.parameters;
    const reverse = direction === "tx" ? ["-R"] : [];
    const parallel = streams === undefined ? [] : ["-P", `${streams}`];
    const argv = ["iperf3", "-c", guest.address, "-p", `${port}`, "-J", "-t", `${seconds}`, ...parallel, ...reverse];
    const run = { timeoutMs: clientTimeoutMs(seconds), allowFailure: true };
    const json = await againstServer(context, {
      argv: ["iperf3", "-s", "-1", "-B", guest.address, "-p", `${port}`],
      log: "iperf3-server.txt",
      ask: async () => (await inClient([...argv, "--connect-timeout", "2000"], run)).stdout,
      refused: isRefused,
      answered: (answer) => saveRaw("iperf3.json", answer),
      oneShot: true,
    });
    return [sampleOf(parseIperf3(json), seconds)];
  },
});

const streamSum = z.object({ bits_per_second: z.number(), seconds: z.number(), bytes: z.number() });
const reportSchema = z.object({
  error: z.string().optional(),
  start: z.object({ version: z.string() }),
  end: z.object({
    sum_received: streamSum.optional(),
    sum_sent: z.object({ retransmits: z.number().optional() }).optional(),
    cpu_utilization_percent: z.object({ host_total: z.number(), remote_total: z.number() }).optional(),
  }),
});

export interface ThroughputResult {
  gbitPerSecond: number;
  seconds: number;
  retransmits: number | null;
  clientCpuPercent: number | null;
  guestCpuPercent: number | null;
  version: string;
}

/** iperf3 ends with exit code 0 and an `error` key where it failed. */
function isRefused(json: string): boolean {
  return /"error":\s*"[^"]*unable to connect to server[^"]*"/.test(json);
}

/** Throws WorkloadError with iperf3's own error, ParseError where the report is broken. */
export function parseIperf3(json: string): ThroughputResult {
  let report: unknown;
  try {
    report = JSON.parse(json);
  } catch (cause) {
    const tail = JSON.stringify(json.slice(-120));
    throw new ParseError(`iperf3: the report is not JSON (${json.length} characters, ending in ${tail})`, { cause });
  }
  const parsed = reportSchema.safeParse(report);
  if (!parsed.success) throw new ParseError(`iperf3: ${z.prettifyError(parsed.error)}`);
  const { start, end, error } = parsed.data;
  if (error !== undefined) throw new WorkloadError(`iperf3: ${error}`);
  if (!end.sum_received) throw new ParseError("iperf3: the report has no end.sum_received");
  if (end.sum_received.bytes === 0) throw new WorkloadError("iperf3: nothing was received");
  return {
    gbitPerSecond: end.sum_received.bits_per_second / 1e9,
    seconds: end.sum_received.seconds,
    retransmits: end.sum_sent?.retransmits ?? null,
    clientCpuPercent: end.cpu_utilization_percent?.host_total ?? null,
    guestCpuPercent: end.cpu_utilization_percent?.remote_total ?? null,
    version: start.version,
  };
}

export function sampleOf(result: ThroughputResult, askedSeconds: number): Sample {
  if (isCutShort(result.seconds, askedSeconds)) {
    throw new WorkloadError(`iperf3: received for ${result.seconds.toFixed(2)} s of ${askedSeconds} s`);
  }
  const { gbitPerSecond, ...rest } = result;
  const metadata = { ...rest, ...bottleneck(result.clientCpuPercent) };
  return { metric: "throughput", value: round(gbitPerSecond, 6), unit: "Gbit/s", metadata };
}
