/** What sysbench's tests have in common. Its versions 0.4 and 1.0 cannot be compared, so the version goes with every sample. */
import { z } from "zod";
import { ParseError, WorkloadError } from "../../../infra/errors.ts";
import type { Sample } from "../../campaign/results.ts";
import { defineWorkload, type WorkloadContext } from "../workload.ts";
import { generousTimeoutMs } from "./duration.ts";

interface GuestTest {
  /** cpu, memory: sysbench's name of it. */
  test: string;
  metric: string;
  unit: string;
  command(seconds: number): string;
  parse(text: string): { value: number; metadata: Sample["metadata"] };
}

/** A test that runs in the guest for a given time and prints one rate. */
export function defineSysbench({ test, metric, unit, command, parse }: GuestTest) {
  return defineWorkload({
    name: `sysbench-${test}`,
    title: `sysbench ${test}`,
    metric,
    unit,
    direction: "higher",
    stage: "guest",
    bootProfile: "standard",
    needs: ["shell", "tool:sysbench"],
    parameters: z.strictObject({
      seconds: z.number().int().min(1).max(3600).default(10).describe("duration of the test"),
    }),
    label: () => `sysbench ${test}`,
    estimateMs: ({ seconds }) => seconds * 1000 + 500,
    async run(context) {
      const { seconds } = context.parameters;
      const timeoutMs = generousTimeoutMs(seconds * 1000);
      const text = await runSysbench(context, command(seconds), `sysbench-${test}.txt`, timeoutMs);
      return [{ metric, unit, ...parse(text) }];
    },
  });
}

/** Runs a sysbench command in the guest and keeps what it printed; throws WorkloadError with that where it failed. */
async function runSysbench(
  { inGuest, saveRaw }: WorkloadContext,
  command: string,
  file: string,
  timeoutMs: number,
): Promise<string> {
  const { stdout, stderr, exitCode } = await inGuest(command, { timeoutMs, allowFailure: true });
  await saveRaw(file, stdout + stderr);
  if (exitCode === 0) return stdout;
  const said = (stderr + stdout).trim().slice(-600);
  throw new WorkloadError(`\`${command}\` ended with exit code ${exitCode}: ${said || "no output"}`);
}

export function sysbenchVersion(text: string): string {
  const version = /^sysbench ([\d.]+)/m.exec(text)?.[1];
  if (version === undefined) throw new ParseError(`sysbench: no version in ${JSON.stringify(text.slice(0, 300))}`);
  return version;
}

/** The number that the pattern finds; throws ParseError where there is none or it is not positive. */
export function sysbenchNumber(text: string, name: string, pattern: RegExp): number {
  const found = Number(pattern.exec(text)?.[1] ?? "missing");
  if (Number.isFinite(found) && found > 0) return found;
  throw new ParseError(`sysbench: no positive number of ${name} in ${JSON.stringify(text.slice(-600))}`);
}

/** How long the test ran. */
export function sysbenchSeconds(text: string): number {
  return sysbenchNumber(text, "total time", /^ *total time: +([\d.]+)s$/m);
}
