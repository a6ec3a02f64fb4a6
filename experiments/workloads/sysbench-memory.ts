/** sysbench's memory test: sequential writes of 1 KiB blocks to one buffer, one thread. */
import { z } from "zod";
import { generousTimeoutMs } from "./lib/duration.ts";
import { runSysbench, sysbenchNumber, sysbenchVersion } from "./lib/sysbench.ts";
import { defineWorkload } from "./workload.ts";

export default defineWorkload({
  name: "sysbench-memory",
  title: "sysbench memory",
  metric: "throughput",
  unit: "MiB/s",
  direction: "higher",
  stage: "guest",
  bootProfile: "standard",
  needs: ["shell", "tool:sysbench"],
  parameters: z.strictObject({
    seconds: z.number().int().min(1).max(3600).default(10).describe("duration of the test"),
  }),
  label: () => "sysbench memory",
  estimateMs: ({ seconds }) => seconds * 1000 + 500,
  async run(context) {
    const { seconds } = context.parameters;
    // so much to write that the time ends the test
    const command = `sysbench memory --threads=1 --memory-total-size=1000T --time=${seconds} run`;
    const text = await runSysbench(context, command, "sysbench-memory.txt", generousTimeoutMs(seconds * 1000));
    const { mibPerSecond, ...metadata } = parseSysbenchMemory(text);
    return [{ metric: "throughput", value: mibPerSecond, unit: "MiB/s", metadata }];
  },
});

export function parseSysbenchMemory(text: string): { mibPerSecond: number; version: string; seconds: number } {
  return {
    version: sysbenchVersion(text),
    mibPerSecond: sysbenchNumber(text, "MiB/sec", /transferred \(([\d.]+) MiB\/sec\)$/m),
    seconds: sysbenchNumber(text, "total time", /^ *total time: +([\d.]+)s$/m),
  };
}
