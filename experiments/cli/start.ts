/** `guestbench start`: from a fresh clone to a report. */
import type { Command } from "commander";

export function start(program: Command): void {
  program
    .command("start")
    .description("set up, then run quickstart on the stack local (what `npm start` does)")
    .option("-y, --yes", "do not ask before installing")
    .action(async (options: { yes?: true }) => {
      const { assertRoot } = await import("./root.ts");
      assertRoot("start");
      const { setUp } = await import("./set-up.ts");
      await setUp(options);
      const { runSpecs } = await import("./run-specs.ts");
      process.exitCode = await runSpecs(["quickstart"], { stack: "local" });
    });
}
