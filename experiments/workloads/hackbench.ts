/** Scheduler and IPC stress: groups of 20 senders and 20 receivers pass messages of 100 bytes. */
import { z } from "zod";
import { ParseError, WorkloadError } from "../../infra/errors.ts";
import { generousTimeoutMs } from "./lib/duration.ts";
import { defineWorkload } from "./workload.ts";

const parameters = z
  .strictObject({
    groups: z.number().int().min(1).max(1000).describe("groups of 40 tasks"),
    loops: z.number().int().min(1).default(1000).describe("messages each sender passes to each receiver"),
    mode: z.enum(["processes", "threads"]).optional().describe("what the tasks are; default processes"),
    transport: z.enum(["sockets", "pipes"]).optional().describe("what messages go through; default sockets"),
    threads: z.boolean().optional().describe("the same as mode: threads"),
    pipes: z.boolean().optional().describe("the same as transport: pipes"),
  })
  .refine(({ mode, threads }) => mode === undefined || threads === undefined || (mode === "threads") === threads, {
    error: "mode and threads contradict each other",
    path: ["mode"],
  })
  .refine(
    ({ transport, pipes }) => transport === undefined || pipes === undefined || (transport === "pipes") === pipes,
    { error: "transport and pipes contradict each other", path: ["transport"] },
  )
  // one form only, so that a cell is the same cell however it was written
  .transform(({ groups, loops, mode, transport, threads, pipes }) => ({
    ...{ groups, loops },
    threads: threads ?? mode === "threads",
    pipes: pipes ?? transport === "pipes",
  }));

export default defineWorkload({
  name: "hackbench",
  title: "hackbench",
  metric: "time",
  unit: "s",
  direction: "lower",
  stage: "guest",
  bootProfile: "standard",
  needs: ["shell", "fork", "tool:hackbench"],
  parameters,
  // the first run reads the program from the image and faults its pages in
  warmUpRuns: 1,
  label: ({ groups, threads, pipes }) =>
    `hackbench ${groups * 40}${threads ? " threads" : " tasks"}${pipes ? " pipes" : ""}`,
  estimateMs: ({ groups, loops }) => 200 + groups * loops * 0.3,
  async run({ parameters, inGuest, saveRaw }) {
    const { groups, loops, threads, pipes } = parameters;
    const command = `hackbench -s 100 -l ${loops} -g ${groups}${threads ? " -T" : ""}${pipes ? " -p" : ""}`;
    const timeoutMs = generousTimeoutMs(200 + groups * loops * 0.3);
    const result = await inGuest(command, { timeoutMs, allowFailure: true });
    await saveRaw("hackbench.txt", result.stdout + result.stderr);
    if (result.exitCode !== 0) {
      const said = `${result.stderr}${result.stdout}`.trim();
      throw new WorkloadError(`\`${command}\` ended with exit code ${result.exitCode}: ${said || "no output"}`);
    }
    const { seconds, tasks } = parseHackbench(result.stdout);
    return [{ metric: "time", value: seconds, unit: "s", metadata: { tasks, loops } }];
  },
});

export function parseHackbench(text: string): { seconds: number; tasks: number } {
  const seconds = /^Time: (\d+(?:\.\d+)?)$/m.exec(text)?.[1];
  const tasks = /\(== (\d+) tasks\)/.exec(text)?.[1];
  if (seconds === undefined || tasks === undefined) {
    throw new ParseError(`hackbench: no line "Time: S" or number of tasks in ${JSON.stringify(text.slice(0, 300))}`);
  }
  if (Number(seconds) === 0) throw new ParseError("hackbench: a time of 0 is below its resolution; ask for more loops");
  return { seconds: Number(seconds), tasks: Number(tasks) };
}
