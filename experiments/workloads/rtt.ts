/** Round-trip time: the average of a ping flood from the client's namespace. */
import { z } from "zod";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { defineWorkload } from "./workload.ts";

const parameters = z.strictObject({
  packets: z.number().int().min(10).max(1_000_000).default(10_000).describe("echo requests in the flood"),
});

/** A flood waits 10 ms at most for each reply. */
const lostPacketMs = 10;

export default defineWorkload({
  name: "rtt",
  title: "Round-trip time",
  metric: "round-trip time",
  unit: "ms",
  direction: "lower",
  stage: "guest",
  bootProfile: "standard",
  needs: ["network"],
  parameters,
  label: () => "ping RTT",
  estimateMs: ({ packets }) => 200 + packets * 0.3,
  async run({ parameters: { packets }, guest, inClient, saveRaw }) {
    const argv = ["ping", "-f", "-q", "-n", "-c", `${packets}`, guest.address];
    const result = await inClient(argv, { timeoutMs: 60_000 + 2 * lostPacketMs * packets, allowFailure: true });
    await saveRaw("ping.txt", result.stdout + result.stderr);
    const { averageMs, minMs, maxMs, deviationMs, lossPercent, received } = parsePing(result.stdout + result.stderr);
    const metadata = { minMs, maxMs, deviationMs, lossPercent, received };
    return [{ metric: "round-trip time", value: averageMs, unit: "ms", metadata }];
  },
});

export interface PingResult {
  averageMs: number;
  minMs: number;
  maxMs: number;
  deviationMs: number;
  lossPercent: number;
  received: number;
}

/** Throws WorkloadError where no packet came back, ParseError where the summary is missing. */
export function parsePing(text: string): PingResult {
  const counts = /(\d+) packets transmitted, (\d+) received.*?([\d.]+)% packet loss/.exec(text);
  if (!counts) throw new ParseError(`ping: no summary in ${JSON.stringify(text.slice(0, 300))}`);
  const [, sent, received, loss] = counts;
  if (Number(received) === 0) throw new WorkloadError(`ping: none of ${sent} packets came back`);
  const times = /^rtt min\/avg\/max\/mdev = ([\d.]+)\/([\d.]+)\/([\d.]+)\/([\d.]+) ms/m.exec(text);
  if (!times) throw new ParseError(`ping: no line "rtt min/avg/max/mdev" in ${JSON.stringify(text.slice(0, 300))}`);
  const [minMs = 0, averageMs = 0, maxMs = 0, deviationMs = 0] = times.slice(1).map(Number);
  return { averageMs, minMs, maxMs, deviationMs, lossPercent: Number(loss), received: Number(received) };
}
