/** `guestbench start`: from a fresh clone to a report. */
import type { Command } from "commander";
import { type HoldOptions, holdOptions } from "./options.ts";

export function start(program: Command): void {
  const command = program
    .command("start")
    .description("set up, then run quickstart on the stack local (what `npm start` does)")
    .option("-y, --yes", "do not ask before installing");
  holdOptions(command).action(async ({ yes, wait }: { yes?: true } & HoldOptions) => {
    const { assertRoot } = await import("./root.ts");
    assertRoot("start");
    const { setUp } = await import("./set-up.ts");
    await setUp(yes ? { yes } : {});
    const { runSpecs } = await import("./run-specs.ts");
    process.exitCode = await runSpecs(["quickstart"], { stack: "local", ...(wait ? { wait } : {}) });
  });
}
