/** UnixBench 5.1.3, one copy: a test's own score, or the index over all. The image holds it where the user gives its sources. */
import { z } from "zod";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { generousTimeoutMs } from "./lib/duration.ts";
import { defineWorkload } from "./workload.ts";

/** Name for Run, the row's title, the unit that it is printed in, and what one pass takes. */
const tests = {
  dhrystone: { run: "dhry2reg", title: "Dhrystone 2 using register variables", unit: "lps", seconds: 12 },
  whetstone: { run: "whetstone-double", title: "Double-Precision Whetstone", unit: "MWIPS", seconds: 15 },
  execl: { run: "execl", title: "Execl Throughput", unit: "lps", seconds: 32 },
  pipe: { run: "pipe", title: "Pipe Throughput", unit: "lps", seconds: 12 },
  context1: { run: "context1", title: "Pipe-based Context Switching", unit: "lps", seconds: 12 },
  spawn: { run: "spawn", title: "Process Creation", unit: "lps", seconds: 32 },
  shell1: { run: "shell1", title: "Shell Scripts (1 concurrent)", unit: "lpm", seconds: 63 },
  shell8: { run: "shell8", title: "Shell Scripts (8 concurrent)", unit: "lpm", seconds: 63 },
  syscall: { run: "syscall", title: "System Call Overhead", unit: "lps", seconds: 12 },
  index: { run: "index", title: "System Benchmarks Index Score", unit: "index", seconds: 360 },
} as const;
type Test = keyof typeof tests;
const names = Object.keys(tests) as Test[];

const folder = "/opt/unixbench";

export default defineWorkload({
  name: "unixbench",
  title: "UnixBench",
  metric: "score",
  unit: "index",
  measures: ({ test }) => ({ metric: "score", unit: tests[test].unit }),
  direction: "higher",
  stage: "guest",
  bootProfile: "standard",
  needs: ["shell", "fork", "exec", "artefact:unixbench", "tool:unixbench"],
  parameters: z.strictObject({
    test: z.enum(names).describe("one test, or the index over all of them"),
    iterations: z.number().int().min(1).max(30).exactOptional().describe("passes per test; default UnixBench's own"),
  }),
  label: ({ test }) => `UnixBench ${test === "index" ? test : tests[test].run}`,
  estimateMs: ({ test, iterations }) => 1000 * tests[test].seconds * (iterations ?? 4),
  async run({ parameters: { test, iterations }, inGuest, saveRaw }) {
    const passes = iterations === undefined ? "" : ` -i ${iterations}`;
    const script = [
      `out=$(mktemp -d /var/tmp/guestbench-unixbench.XXXXXX) && trap 'rm -rf "$out"' EXIT`,
      `cd ${folder} && UB_RESULTDIR=$out UB_TMPDIR=$out UB_TESTDIR=${folder}/testdir LC_ALL=C ./Run -c 1${passes} ${tests[test].run}`,
    ].join(" && ");
    const timeoutMs = generousTimeoutMs(1000 * tests[test].seconds * (iterations ?? 10));
    const result = await inGuest(script, { timeoutMs, allowFailure: true });
    await saveRaw("unixbench.txt", result.stdout + result.stderr);
    if (result.exitCode !== 0)
      throw new WorkloadError(`UnixBench ended with exit code ${result.exitCode}: ${result.stderr.trim().slice(-300)}`);
    const report = parseUnixbench(result.stdout);
    const score = test === "index" ? report.index : report.scores[test];
    if (score === undefined) throw new ParseError(`UnixBench: no score of ${tests[test].title} in its report`);
    const others = test === "index" ? (Object.entries(report.scores) as [Test, Score][]) : [];
    return [
      { metric: "score", value: score.value, unit: tests[test].unit, metadata: metadataOf(score) },
      ...others.map(([name, own]) => ({
        ...{ metric: `score of ${name}`, value: own.value, unit: tests[name].unit, metadata: metadataOf(own) },
      })),
    ];
  },
});

interface Score {
  value: number;
  seconds?: number;
  passes?: number;
}

const metadataOf = ({ seconds, passes }: Score) => (passes === undefined ? {} : { seconds: seconds ?? null, passes });

export interface UnixbenchReport {
  scores: Partial<Record<Test, Score>>;
  /** Over all tests; absent where only some ran. */
  index?: Score;
}

/** The rows of one report; throws ParseError where there is none, or a row's unit is another than the test's. */
export function parseUnixbench(text: string): UnixbenchReport {
  const scores: UnixbenchReport["scores"] = {};
  for (const line of text.split("\n")) {
    const [, title = "", value = "", unit = "", seconds = "", passes = ""] =
      /^(\S.*?\S) {2,}([\d.]+) (\w+) +\(([\d.]+) s, (\d+) samples?\)$/.exec(line.trimEnd()) ?? [];
    const test = names.find((name) => tests[name].title === title);
    if (test === undefined) continue;
    if (unit !== tests[test].unit) throw new ParseError(`UnixBench: ${title} in ${unit}, not in ${tests[test].unit}`);
    if (scores[test]) throw new ParseError(`UnixBench: two scores of ${title}: more than one report`);
    scores[test] = { value: positive(value), seconds: positive(seconds), passes: positive(passes) };
  }
  const total = /^System Benchmarks Index Score {2,}([\d.]+)$/m.exec(text)?.[1];
  if (Object.keys(scores).length === 0 && total === undefined)
    throw new ParseError(`UnixBench: no score in ${JSON.stringify(text.slice(-600))}`);
  return total === undefined ? { scores } : { scores, index: { value: positive(total) } };
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new ParseError(`UnixBench: ${JSON.stringify(text)} is no positive number`);
}
