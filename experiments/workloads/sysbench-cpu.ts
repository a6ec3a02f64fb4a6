/** sysbench's processor test: prime numbers, one thread. */
import { defineSysbench, sysbenchNumber, sysbenchSeconds, sysbenchVersion } from "./lib/sysbench.ts";

export default defineSysbench({
  ...{ test: "cpu", metric: "events", unit: "1/s" },
  command: (seconds) => `sysbench cpu --threads=1 --time=${seconds} --events=0 run`,
  parse(text) {
    const { eventsPerSecond: value, ...metadata } = parseSysbenchCpu(text);
    return { value, metadata };
  },
});

export function parseSysbenchCpu(text: string): { eventsPerSecond: number; version: string; seconds: number } {
  return {
    version: sysbenchVersion(text),
    eventsPerSecond: sysbenchNumber(text, "events per second", /^ *events per second: +([\d.]+)$/m),
    seconds: sysbenchSeconds(text),
  };
}
