/** Memory a running guest takes from the host, idle or while it serves a page: the monitor's proportional set, or the container's own cgroup. */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import type { Boot } from "../../infra/outputs.ts";
import { round } from "./lib/number.ts";
import { httpPort, isUnanswered, pageUrl, whileServing } from "./lib/web-server.ts";
import { defineWorkload, type WorkloadContext } from "./workload.ts";

const bytesPerMB = 1e6;
const pauseMs = 500;
const settleDeadlineMs = 10_000;
/** Two readings this close together mean that the guest is idle. */
const settledDifference = 0.02;

/** Connections that are kept busy while a serving guest is read. */
const loadConnections = 10;
const loadSeconds = 60;

const parameters = z.strictObject({
  load: z.literal("serving").exactOptional().describe("read while the guest serves a page to wrk; default: idle"),
});

export default defineWorkload({
  name: "memory",
  title: "Memory use",
  metric: "memory",
  unit: "MB",
  direction: "lower",
  stage: "guest",
  bootProfile: "memory",
  needs: ["memory"],
  parameters,
  label: ({ load }) => (load === undefined ? "memory" : "memory while serving"),
  needsFor: ({ load }) => (load === undefined ? [] : ["network", "application:http"]),
  estimateMs: ({ load }) => (load === undefined ? 1_500 : 4_000),
  async run(context) {
    const { guest, boot, byHandle, saveRaw, signal } = context;
    const source = boot?.memory;
    if (!source) throw new WorkloadError(`guest ${guest.name}: this boot does not tell how much memory it takes`);
    const readings: string[] = [];
    const read = async () => {
      const { stdout } = await byHandle(source.argv, { timeoutMs: 10_000 });
      readings.push(stdout);
      return parseMemory(stdout, source.format);
    };
    const reading = () => untilSettled(read, (ms) => delay(ms, undefined, { signal }));
    const { memory, settled } =
      context.parameters.load === undefined ? await reading() : await whileLoaded(context, reading);
    await saveRaw(`${source.format}.txt`, readings.join("\n"));
    const metadata = { ...memory.parts, format: source.format, settled, readings: readings.length };
    return [{ metric: "memory", value: memory.totalMB, unit: "MB", metadata }];
  },
});

/**
 * Reads while wrk keeps the server busy from the client, until the reading has settled; the load outlasts the longest wait.
 * Throws WorkloadError where the load ended before the reading.
 */
async function whileLoaded<T>(context: WorkloadContext, reading: () => Promise<T>): Promise<T> {
  const { guest, background, inClient, saveRaw } = context;
  const wrk = (seconds: number) => ["wrk", "-t1", `-c${loadConnections}`, `-d${seconds}s`, pageUrl(guest.address)];
  let result: T | undefined;
  await whileServing(context, {
    ask: async () => {
      const probe = await inClient(wrk(1), { timeoutMs: 30_000, allowFailure: true });
      const said = probe.stdout + probe.stderr;
      if (isUnanswered(said)) return said;
      const load = await background("client", wrk(loadSeconds));
      let ended = false;
      void load.ended.then(() => {
        ended = true;
      });
      try {
        result = await reading();
        if (ended) throw new WorkloadError("wrk ended before the memory was read");
      } finally {
        const { stdout, stderr } = await load.stop();
        await saveRaw("wrk-load.txt", stdout + stderr);
      }
      return said;
    },
    refused: isUnanswered,
    answered: (said) => saveRaw("wrk.txt", said),
  });
  if (result === undefined) throw new WorkloadError(`guest ${guest.name} serves no page on port ${httpPort}`);
  return result;
}

export interface MemoryReading {
  totalMB: number;
  parts: Record<string, number>;
}

/** Reads until two successive readings agree or the deadline passes; the last reading counts, and which it was. */
export async function untilSettled(
  read: () => Promise<MemoryReading>,
  wait: (ms: number) => Promise<unknown>,
): Promise<{ memory: MemoryReading; settled: boolean }> {
  let memory = await read();
  for (let waitedMs = 0; waitedMs < settleDeadlineMs; waitedMs += pauseMs) {
    await wait(pauseMs);
    const previous = memory;
    memory = await read();
    const difference = Math.abs(memory.totalMB - previous.totalMB);
    if (difference < settledDifference * Math.max(memory.totalMB, previous.totalMB)) return { memory, settled: true };
  }
  return { memory, settled: false };
}

type Format = NonNullable<Boot["memory"]>["format"];

/** What Xen gives a domain is all its own from the start: whole MiB, under the column Mem. */
function parseXlList(text: string): MemoryReading {
  const [heading = "", ...domains] = text.trimEnd().split("\n");
  const [, memory] = /^\S+ +\d+ +([1-9]\d*) +\d+ +\S+ +[\d.]+$/.exec(domains[0] ?? "") ?? [];
  if (!/^Name +ID +Mem /.test(heading) || domains.length !== 1 || memory === undefined)
    throw new ParseError(`xl-list: expected one domain and its memory: ${JSON.stringify(text.slice(0, 300))}`);
  const totalMB = round((Number(memory) * 1024 * 1024) / bytesPerMB);
  return { totalMB, parts: { "Mem MB": totalMB } };
}

/** What counts in each format, by the names the kernel prints, and what is worth showing beside it. */
const fields: Record<
  Exclude<Format, "xl-list">,
  { unit: number; counts: readonly (readonly string[])[]; shows: readonly string[] }
> = {
  smaps_rollup: { unit: 1024, counts: [["Pss"], ["Private_Hugetlb"], ["Shared_Hugetlb"]], shows: ["Rss", "Pss_Anon"] },
  "cgroup-v1": { unit: 1, counts: [["total_rss", "rss"]], shows: ["total_cache", "total_mapped_file"] },
  "cgroup-v2": { unit: 1, counts: [["anon"]], shows: ["file", "kernel"] },
};

/** Memory in MB of 10^6 bytes. */
export function parseMemory(text: string, format: Format): MemoryReading {
  if (format === "xl-list") return parseXlList(text);
  const { unit, counts, shows } = fields[format];
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^(\w+):?\s+(\d+)(?: kB)?$/.exec(line);
    if (match?.[1]) values.set(match[1], Number(match[2]));
  }
  const parts: Record<string, number> = {};
  let bytes = 0;
  for (const names of counts) {
    const name = names.find((candidate) => values.has(candidate));
    if (name === undefined) {
      throw new ParseError(`${format}: no line ${names.join(" or ")} in ${JSON.stringify(text.slice(0, 300))}`);
    }
    const value = (values.get(name) ?? 0) * unit;
    parts[`${name} MB`] = round(value / bytesPerMB);
    bytes += value;
  }
  if (bytes === 0) throw new ParseError(`${format}: a running guest cannot take 0 bytes: ${JSON.stringify(parts)}`);
  for (const name of shows) {
    const value = values.get(name);
    if (value !== undefined) parts[`${name} MB`] = round((value * unit) / bytesPerMB);
  }
  return { totalMB: round(bytes / bytesPerMB), parts };
}
