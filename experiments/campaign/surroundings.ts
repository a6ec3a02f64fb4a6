/**
 * The host while a run lasts: one look before, looks meanwhile, one after. A look is one short shell command over /proc
 * and /sys; what counts up (steal, interrupts, throttling, processor time) is told for the whole time between first and last.
 */
import { ParseError } from "../../infra/errors.ts";
import type { Outputs } from "../../infra/outputs.ts";
import type { Surroundings } from "./results.ts";

export type Limits = NonNullable<Outputs["host"]["limits"]>;

/**
 * Lines of name and numbers. Processes that carry the mark of a stack are the pipeline's own, those below the guest's
 * first process are the guest's; kernel threads work for whoever asked them. `$1` is the guest's process, or empty.
 */
export const lookScript = `
awk '$1 == "cpu" { printf "cpu %.0f %.0f\\n", $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9, $9 } $1 == "intr" { print "intr", $2 }' /proc/stat
cut -d " " -f 1 /proc/uptime | sed "s/^/uptime /"
cat /sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_cur_freq 2>/dev/null | awk '{ print "khz", $1 }' | grep . ||
  awk '/^cpu MHz/ { printf "khz %.0f\\n", $4 * 1000 }' /proc/cpuinfo
cat /sys/class/thermal/thermal_zone*/temp 2>/dev/null | awk '{ print "millicelsius", $1 }'
cat /sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/core_throttle_count 2>/dev/null | awk '{ print "throttle", $1 }'
echo "hertz $(getconf CLK_TCK)"
own=$(grep -lsa GUESTBENCH_STACK= /proc/[0-9]*/environ 2>/dev/null | tr -c '0-9' ' ')
cat /proc/[0-9]*/stat 2>/dev/null | awk -v own="$own $1" '
  { pid = $1; sub(/^[0-9]+ \\(.*\\) /, ""); parent[pid] = $2; used[pid] = $12 + $13 }
  END {
    count = split(own, list, " ")
    for (i = 1; i <= count; i++) mine[list[i]] = 1
    for (pid in parent) {
      skip = 0
      for (p = pid; p > 0 && !skip; p = parent[p]) skip = (p in mine) || p == 2
      if (!skip) print "process", pid, used[pid]
    }
  }'
`;

export interface Look {
  uptimeS: number;
  hertz: number;
  /** Ticks of all processors, and those kept by a hypervisor. */
  all: number;
  steal: number;
  interrupts: number;
  kHz: number[];
  milliCelsius: number[];
  throttle: number[];
  /** Processor time in ticks of each process that is none of the stack's. */
  processes: ReadonlyMap<number, number>;
}

export function parseLook(text: string): Look {
  const rows = text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" "));
  const numbers = (name: string) => rows.filter(([head]) => head === name).map(([, ...rest]) => rest.map(Number));
  const one = (name: string, place = 0) => {
    const value = numbers(name)[0]?.[place];
    if (value === undefined || !Number.isFinite(value))
      throw new ParseError(`look at the host: no "${name}" in ${JSON.stringify(text.slice(0, 200))}`);
    return value;
  };
  const list = (name: string) => numbers(name).flatMap(([value]) => (Number.isFinite(value) ? [value as number] : []));
  return {
    uptimeS: one("uptime"),
    hertz: one("hertz"),
    all: one("cpu"),
    steal: one("cpu", 1),
    interrupts: one("intr"),
    kHz: list("khz"),
    milliCelsius: list("millicelsius"),
    throttle: list("throttle"),
    processes: new Map(numbers("process").map(([pid, used]) => [pid as number, used as number])),
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);
const tidy = (value: number) => Math.round(value * 100) / 100;

/** null for fewer than two looks, or none that lie apart in time. */
export function surroundingsOf(looks: readonly Look[]): Surroundings | null {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last || last.uptimeS <= first.uptimeS) return null;
  const seconds = last.uptimeS - first.uptimeS;
  const frequencies = looks.flatMap((look) => mean(look.kHz) ?? []);
  const hottest = looks.flatMap((look) => look.milliCelsius);
  const others = [...last.processes].map(([pid, used]) => {
    const before = first.processes.get(pid);
    return before === undefined ? 0 : Math.max(0, used - before);
  });
  const drop = frequencies.length === 0 ? null : 1 - Math.min(...frequencies) / (frequencies[0] as number);
  return {
    frequencyMHz: frequencies.length === 0 ? null : tidy((mean(frequencies) as number) / 1000),
    frequencyDropPercent: drop === null ? null : tidy(100 * drop),
    temperatureC: hottest.length === 0 ? null : tidy(Math.max(...hottest) / 1000),
    stealPercent: last.all > first.all ? tidy((100 * (last.steal - first.steal)) / (last.all - first.all)) : null,
    interruptsPerSecond: tidy((last.interrupts - first.interrupts) / seconds),
    throttled: first.throttle.length === 0 ? null : sum(last.throttle) - sum(first.throttle),
    otherLoadPercent: tidy((100 * sum(others)) / first.hertz / seconds),
  };
}

const names: Readonly<Record<keyof Limits, [string, string]>> = {
  stealPercent: ["steal", "%"],
  temperatureC: ["temperature", "°C"],
  frequencyDropPercent: ["drop of frequency", "%"],
  interruptsPerSecond: ["interrupts", "per second"],
  throttled: ["throttled", "times"],
  otherLoadPercent: ["other load", "% of a processor"],
};

/** Which limits were passed; what the host does not tell passes none. */
export function beyond(surroundings: Surroundings, limits: Limits): string[] {
  return (Object.keys(names) as (keyof Limits)[]).flatMap((key) => {
    const [value, limit] = [surroundings[key], limits[key]];
    if (value === null || limit === undefined || value <= limit) return [];
    return [`${names[key][0]} ${value} ${names[key][1]}, limit ${limit}`];
  });
}

/** Looks at the host until `end`, which gives what was seen; null where it could not be seen. */
export interface Watch {
  end(): Promise<Surroundings | null>;
}

/** A look that fails is left out: the run is what matters. */
export async function watchHost(look: () => Promise<Look>, everyMs = 10_000): Promise<Watch> {
  const looks: Look[] = [];
  const take = async () => {
    const seen = await look().catch(() => null);
    if (seen !== null) looks.push(seen);
  };
  await take();
  let pending: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    pending = take();
  }, everyMs);
  timer.unref();
  return {
    async end() {
      clearInterval(timer);
      await pending;
      await take();
      return surroundingsOf(looks);
    },
  };
}
