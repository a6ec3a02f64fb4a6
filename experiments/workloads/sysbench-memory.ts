/** sysbench's memory test: sequential writes of 1 KiB blocks to one buffer, one thread. */
import { defineSysbench, sysbenchNumber, sysbenchSeconds, sysbenchVersion } from "./lib/sysbench.ts";

export default defineSysbench({
  ...{ test: "memory", metric: "throughput", unit: "MiB/s" },
  // so much to write that the time ends the test
  command: (seconds) => `sysbench memory --threads=1 --memory-total-size=1000T --time=${seconds} run`,
  parse(text) {
    const { mibPerSecond: value, ...metadata } = parseSysbenchMemory(text);
    return { value, metadata };
  },
});

export function parseSysbenchMemory(text: string): { mibPerSecond: number; version: string; seconds: number } {
  return {
    version: sysbenchVersion(text),
    mibPerSecond: sysbenchNumber(text, "MiB/sec", /transferred \(([\d.]+) MiB\/sec\)$/m),
    seconds: sysbenchSeconds(text),
  };
}
