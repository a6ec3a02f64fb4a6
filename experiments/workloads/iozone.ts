/** IOzone on a file of one size, through the page cache as the study did, averaged over every record length that fits. */
import { z } from "zod";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { generousTimeoutMs } from "./lib/duration.ts";
import { round } from "./lib/number.ts";
import { defineWorkload } from "./workload.ts";

/** In the order of IOzone's columns. */
const operations = [
  ...(["write", "rewrite", "read", "reread", "random-read", "random-write", "backward-read"] as const),
  ...(["record-rewrite", "stride-read", "fwrite", "refwrite", "fread", "refread"] as const),
] as const;
type Operation = (typeof operations)[number];

const parameters = z.strictObject({
  fileKiB: z.literal([4, 1024, 10_240]).describe("size of the file in KiB"),
  operation: z.enum(operations).describe("what is measured"),
});

const smallestRecordKiB = 4;
/** A pass takes this many times the timer's resolution, or is repeated, within reason: enough passes are off by a thousandth. */
const leastResolutions = 1000;
const passesAtATime = 20;
const mostPasses = 200;

export default defineWorkload({
  name: "iozone",
  title: "IOzone",
  metric: "throughput",
  unit: "MB/s",
  direction: "higher",
  stage: "guest",
  bootProfile: "standard",
  needs: ["shell", "tool:iozone"],
  parameters,
  label: ({ fileKiB, operation }) => `IOzone ${fileKiB} KiB ${operation}`,
  estimateMs: ({ fileKiB }) =>
    2_000 + recordLengths(fileKiB).length * (100 + fileKiB / 20) + (fileKiB === 4 ? mostPasses * 30 : 0),
  async run({ parameters: { fileKiB, operation }, inGuest, saveRaw }) {
    const lengths = [];
    for (const recordKiB of recordLengths(fileKiB)) {
      let text = "";
      let passes: Pass[] = [];
      let wanted = 1;
      while (passes.length < wanted && passes.length < mostPasses) {
        const repeats = passes.length === 0 ? 1 : passesAtATime;
        const timeoutMs = generousTimeoutMs(repeats * (200 + fileKiB));
        const result = await inGuest(iozoneScript(fileKiB, recordKiB, repeats), { timeoutMs, allowFailure: true });
        text += result.stdout + result.stderr;
        await saveRaw(`iozone-${recordKiB}k.txt`, text);
        if (result.exitCode !== 0)
          throw new WorkloadError(`iozone ended with exit code ${result.exitCode}: ${text.trim().slice(-300)}`);
        passes = parseIozone(text);
        const seconds = aggregate(passes, operation).seconds;
        const short = seconds < leastResolutions * (passes[0]?.resolutionSeconds ?? 0);
        wanted = short ? passes.length + 1 : passes.length;
      }
      lengths.push({ recordKiB, passes: passes.length, ...aggregate(passes, operation) });
    }
    const mean = lengths.reduce((sum, { megabytesPerSecond }) => sum + megabytesPerSecond, 0) / lengths.length;
    const unit = "MB/s";
    return [
      { metric: "throughput", value: round(mean), unit, metadata: { recordLengths: lengths.length } },
      ...lengths.map(({ recordKiB, passes, megabytesPerSecond, seconds }) => ({
        ...{ metric: `throughput, records of ${recordKiB} KiB`, value: round(megabytesPerSecond), unit },
        metadata: { recordKiB, passes, seconds: round(seconds, 6) },
      })),
    ];
  },
});

/** Powers of two from 4 KiB up to the file's size. */
export function recordLengths(fileKiB: number): number[] {
  const lengths = [];
  for (let length = smallestRecordKiB; length <= fileKiB; length *= 2) lengths.push(length);
  return lengths;
}

/** /var/tmp, as /tmp may lie in memory. */
function iozoneScript(fileKiB: number, recordKiB: number, repeats: number): string {
  const one = `iozone -s ${fileKiB}k -r ${recordKiB}k -f "$d/file"`;
  const all = repeats === 1 ? one : `i=0; while [ $i -lt ${repeats} ]; do ${one} || exit; i=$((i + 1)); done`;
  return `d=$(mktemp -d /var/tmp/guestbench-iozone.XXXXXX) && trap 'rm -rf "$d"' EXIT && { ${all}; }`;
}

export interface Pass {
  fileKiB: number;
  recordKiB: number;
  resolutionSeconds: number;
  /** KiB per second in the order of IOzone's columns. */
  rates: number[];
}

/** Every pass in the output; throws ParseError where one is incomplete or there is none. */
export function parseIozone(text: string): Pass[] {
  const parts = text.split(/^.*Iozone: Performance Test of File I\/O.*$/m).slice(1);
  if (parts.length === 0) throw new ParseError(`iozone: no report in ${JSON.stringify(text.slice(0, 300))}`);
  return parts.map((part) => {
    const resolution = Number(/^\s*Time Resolution = ([\d.]+) seconds\.$/m.exec(part)?.[1] ?? Number.NaN);
    const row = /^ *kB +reclen .*\n([ \d]+)$/m.exec(part)?.[1]?.trim().split(/ +/).map(Number) ?? [];
    const [fileKiB = 0, recordKiB = 0, ...rates] = row;
    if (!/^iozone test complete\.$/m.test(part) || rates.length !== operations.length)
      throw new ParseError(`iozone: an incomplete report: ${JSON.stringify(part.slice(-400))}`);
    if (!(resolution > 0) || !row.every((number) => Number.isSafeInteger(number) && number > 0))
      throw new ParseError(`iozone: no positive rates and resolution in ${JSON.stringify(part.slice(-600))}`);
    return { fileKiB, recordKiB, resolutionSeconds: resolution, rates };
  });
}

/** All passes as one: bytes moved by time taken, in which short passes do not count for more than they are. */
export function aggregate(
  passes: readonly Pass[],
  operation: Operation,
): { megabytesPerSecond: number; seconds: number } {
  const column = operations.indexOf(operation);
  const kibibytes = passes.reduce((sum, { fileKiB }) => sum + fileKiB, 0);
  const seconds = passes.reduce((sum, { fileKiB, rates }) => sum + fileKiB / (rates[column] ?? Number.NaN), 0);
  return { megabytesPerSecond: (kibibytes * 1024) / 1e6 / seconds, seconds };
}
