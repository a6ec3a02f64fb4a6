/** `guestbench noise`: an A/A campaign. One guest is measured under two names; what differs is noise. */
import type { Command } from "commander";
import { type HoldOptions, holdOptions, type PlanOptions, planOptions } from "./options.ts";

interface NoiseOptions extends PlanOptions, HoldOptions {
  guest?: string;
  keep?: true;
}

export function noise(program: Command): void {
  const command = program
    .command("noise")
    .description("measure one guest twice under two names: the noise floor, below which no difference is claimed")
    .argument("[spec...]", "what to measure", ["quickstart"])
    .option("--guest <name>", "the guest to measure twice (default: the stack's baseline)")
    .option("--keep", "leave the stack up afterwards");
  holdOptions(planOptions(command)).action(async (specs: string[], options: NoiseOptions) => {
    const { runSpecs } = await import("./run-specs.ts");
    const { guest, ...rest } = options;
    process.exitCode = await runSpecs(specs, rest, { guest: guest ?? null });
  });
}
