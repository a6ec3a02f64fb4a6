/** How busy the load generator was: a client that could not have gone faster has measured itself, not the guest. */
import type { CommandResult, RunOptions, WorkloadContext } from "../workload.ts";
import { round } from "./number.ts";

/** Every client here is one thread: one processor is all it can take. */
const bottleneckPercent = 90;

const heading = "client's processor time:";

/** Runs "$@"; then the elapsed time by /proc/uptime, and what `times` says of the command, end its stderr. */
const script = `read -r before _ </proc/uptime; "$@"; code=$?; read -r after _ </proc/uptime
{ echo; echo "${heading} $before $after"; times; } >&2; exit $code`;

/** Metadata of a run: the client's use of one processor, and whether it was the bottleneck. */
export function bottleneck(cpuPercent: number | null): Record<string, number | boolean | string | null> {
  return {
    clientCpuPercent: cpuPercent,
    clientBottleneck: cpuPercent === null ? null : cpuPercent >= bottleneckPercent,
    clientBottleneckRule: `client at ${bottleneckPercent} % of one processor or more`,
  };
}

export interface ClientResult extends CommandResult {
  /** Of one processor, over the command's whole life; null where it was too short for the clock to tell. */
  cpuPercent: number | null;
}

/** As `inClient`, with the processor time that the command took. */
export async function inMeasuredClient(
  { inClient }: Pick<WorkloadContext, "inClient">,
  argv: readonly string[],
  options: RunOptions,
): Promise<ClientResult> {
  const result = await inClient(["sh", "-c", script, "client", ...argv], options);
  return { ...result, ...splitTimes(result.stderr) };
}

/** Pure: the command's own stderr, and its processor time; null where the heading is missing. */
export function splitTimes(stderr: string): { stderr: string; cpuPercent: number | null } {
  const at = stderr.lastIndexOf(`\n${heading}`);
  if (at === -1) return { stderr, cpuPercent: null };
  const [first = "", , children = ""] = stderr.slice(at + 1).split("\n");
  const [before = Number.NaN, after = Number.NaN] = first.slice(heading.length).trim().split(" ").map(Number);
  const used = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
  );
  const [user = Number.NaN, system = Number.NaN] = used;
  const percent = (100 * (user + system)) / (after - before);
  return { stderr: stderr.slice(0, at), cpuPercent: Number.isFinite(percent) ? round(percent, 1) : null };
}
