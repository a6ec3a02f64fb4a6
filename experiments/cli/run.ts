/** `guestbench run`: up → measure → destroy → attest → report. */
import type { Command } from "commander";
import { type HoldOptions, holdOptions, type PlanOptions, planOptions } from "./options.ts";

export interface RunOptions extends PlanOptions, HoldOptions {
  keep?: true;
  resume?: string;
  strict?: true;
}

export function run(program: Command): void {
  const command = program
    .command("run")
    .description("provision, measure, destroy, attest and report")
    .argument("[spec...]", "what to measure, e.g. quickstart or nfvrg2016/rtt")
    .option("--keep", "leave the stack up afterwards")
    .option("--strict", "refuse where the environment is not as in the stack's lock (see `guestbench env check`)")
    .option("--resume <campaign>", "go on with an interrupted campaign; finished runs are not repeated");
  holdOptions(planOptions(command)).action(async (specs: string[], options: RunOptions) => {
    const { runSpecs } = await import("./run-specs.ts");
    process.exitCode = await runSpecs(specs, options);
  });
}
