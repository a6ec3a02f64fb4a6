/** What sysbench's tests have in common. Its versions 0.4 and 1.0 cannot be compared, so the version goes with every sample. */
import { ParseError, WorkloadError } from "../../../infra/errors.ts";
import type { WorkloadContext } from "../workload.ts";

/** Runs a sysbench command in the guest and keeps what it printed; throws WorkloadError with that where it failed. */
export async function runSysbench(
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
