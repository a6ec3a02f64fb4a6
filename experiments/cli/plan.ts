/** `guestbench plan`: what a run would do, how long it would take, and what would be provisioned. Changes nothing. */
import type { Command } from "commander";
import { type PlanOptions, planOptions } from "./options.ts";

export function plan(program: Command): void {
  const command = program
    .command("plan")
    .description("show cells, skips with reasons, boots, time and Pulumi's preview; changes nothing")
    .argument("[spec...]", "what to measure, e.g. quickstart or nfvrg2016/rtt (default: every spec)");
  planOptions(command).action(async (specs: string[], options: PlanOptions) => {
    const { showPlan } = await import("./show-plan.ts");
    await showPlan(specs, options);
  });
}
