/** sysbench's processor test: prime numbers, one thread. */
import { z } from "zod";
import { generousTimeoutMs } from "./lib/duration.ts";
import { runSysbench, sysbenchNumber, sysbenchVersion } from "./lib/sysbench.ts";
import { defineWorkload } from "./workload.ts";

export default defineWorkload({
  name: "sysbench-cpu",
  title: "sysbench cpu",
  metric: "events",
  unit: "1/s",
  direction: "higher",
  stage: "guest",
  bootProfile: "standard",
  needs: ["shell", "tool:sysbench"],
  parameters: z.strictObject({
    seconds: z.number().int().min(1).max(3600).default(10).describe("duration of the test"),
  }),
  label: () => "sysbench cpu",
  estimateMs: ({ seconds }) => seconds * 1000 + 500,
  async run(context) {
    const { seconds } = context.parameters;
    const command = `sysbench cpu --threads=1 --time=${seconds} --events=0 run`;
    const text = await runSysbench(context, command, "sysbench-cpu.txt", generousTimeoutMs(seconds * 1000));
    const { eventsPerSecond, ...metadata } = parseSysbenchCpu(text);
    return [{ metric: "events", value: eventsPerSecond, unit: "1/s", metadata }];
  },
});

export function parseSysbenchCpu(text: string): { eventsPerSecond: number; version: string; seconds: number } {
  return {
    version: sysbenchVersion(text),
    eventsPerSecond: sysbenchNumber(text, "events per second", /^ *events per second: +([\d.]+)$/m),
    seconds: sysbenchNumber(text, "total time", /^ *total time: +([\d.]+)s$/m),
  };
}
