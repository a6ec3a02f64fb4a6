/** Requests per second and latency of a small static page, by the number of connections kept open. */
import { z } from "zod";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import type { Sample } from "../campaign/results.ts";
import { bottleneck, inMeasuredClient } from "./lib/client-cpu.ts";
import { clientTimeoutMs } from "./lib/duration.ts";
import { round } from "./lib/number.ts";
import { isUnanswered, pageUrl, whileServing } from "./lib/web-server.ts";
import { defineWorkload } from "./workload.ts";

const parameters = z.strictObject({
  connections: z.number().int().min(1).max(10_000).describe("connections kept open at a time"),
  seconds: z.number().int().min(1).max(3600).default(30).describe("duration of the test"),
});

export default defineWorkload({
  name: "wrk",
  title: "wrk",
  metric: "requests",
  unit: "requests/s",
  direction: "higher",
  stage: "guest",
  bootProfile: "standard",
  needs: ["network", "application:http"],
  parameters,
  label: ({ connections }) => `wrk ${connections} connection${connections === 1 ? "" : "s"}`,
  estimateMs: ({ seconds }) => seconds * 1000 + 1_000,
  async run(context) {
    const { guest, saveRaw } = context;
    const { connections, seconds } = context.parameters;
    const argv = ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", pageUrl(guest.address)];
    const run = { timeoutMs: clientTimeoutMs(seconds), allowFailure: true };
    const { stdout, stderr, cpuPercent } = await whileServing(context, {
      ask: () => inMeasuredClient(context, argv, run),
      refused: (answer) => isUnanswered(answer.stdout + answer.stderr),
      answered: (answer) => saveRaw("wrk.txt", answer.stdout + answer.stderr),
    });
    return samplesOf(parseWrk(stdout + stderr), bottleneck(cpuPercent));
  },
});

export interface WrkResult {
  requestsPerSecond: number;
  requests: number;
  /** In ms, by wrk's own statistics of all requests. */
  latencyMs: Record<"average" | "standard deviation" | "max" | "p50" | "p75" | "p90" | "p99", number>;
  /** Requests per second and thread, as sampled by wrk. */
  perThread: Record<"average" | "standard deviation" | "max", number>;
}

/** Throws WorkloadError where requests failed, as such a rate is not the page's; ParseError where the report is broken. */
export function parseWrk(text: string): WrkResult {
  if (isUnanswered(text)) throw new WorkloadError(`wrk: ${text.trim().slice(0, 300)}`);
  const failed = /^ *(Socket errors: .*|Non-2xx or 3xx responses: .*)$/m.exec(text)?.[1];
  const row = (name: string, pattern: string) => {
    const cells = new RegExp(`^ *${name} +${pattern}`, "m").exec(text)?.slice(1);
    if (!cells) throw new ParseError(`wrk: no line ${name} in ${JSON.stringify(text.slice(0, 1000))}`);
    return cells;
  };
  const [average = "", deviation = "", max = ""] = row("Latency", "(\\S+) +(\\S+) +(\\S+) +\\S+%$");
  const [rate = "", rateDeviation = "", rateMax = ""] = row("Req/Sec", "(\\S+) +(\\S+) +(\\S+) +\\S+%$");
  const percentile = (part: number) => milliseconds(row(`${part}%`, "(\\S+)$")[0] ?? "");
  const result: WrkResult = {
    requestsPerSecond: number(row("Requests/sec:", "(\\S+)$")[0] ?? ""),
    requests: number(/^ *(\d+) requests in /m.exec(text)?.[1] ?? ""),
    latencyMs: {
      ...{ average: milliseconds(average), "standard deviation": milliseconds(deviation), max: milliseconds(max) },
      ...{ p50: percentile(50), p75: percentile(75), p90: percentile(90), p99: percentile(99) },
    },
    perThread: { average: count(rate), "standard deviation": count(rateDeviation), max: count(rateMax) },
  };
  if (failed !== undefined) throw new WorkloadError(`wrk: ${failed}`);
  if (result.requests === 0 || result.requestsPerSecond === 0) throw new WorkloadError("wrk: no request was answered");
  return result;
}

function number(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new ParseError(`wrk: ${JSON.stringify(text)} is no number`);
  return Number(text);
}

function scaled(text: string, units: Readonly<Record<string, number>>): number {
  const [, digits = "", unit = ""] = /^([\d.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = units[unit];
  if (factor === undefined) throw new ParseError(`wrk: ${JSON.stringify(text)} has no known unit`);
  return round(number(digits) * factor, 6);
}

const milliseconds = (text: string) => scaled(text, { us: 1e-3, ms: 1, s: 1e3, m: 60e3, h: 3600e3 });
const count = (text: string) => scaled(text, { "": 1, k: 1e3, M: 1e6, G: 1e9 });

function samplesOf(
  { requestsPerSecond, requests, latencyMs, perThread }: WrkResult,
  metadata: Sample["metadata"],
): Sample[] {
  return [
    { metric: "requests", value: requestsPerSecond, unit: "requests/s", metadata: { ...metadata, requests } },
    ...Object.entries(latencyMs).map(([name, value]) => ({
      metric: `latency ${name}`,
      value,
      unit: "ms",
      metadata: {},
    })),
    ...Object.entries(perThread).map(([name, value]) => ({
      ...{ metric: `requests per second, sampled: ${name}`, value, unit: "requests/s", metadata: {} },
    })),
  ];
}
