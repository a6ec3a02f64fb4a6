/** `guestbench doctor`: what this machine can run, what it cannot, and what to do about it. */
import type { Command } from "commander";

export function doctor(program: Command): void {
  program
    .command("doctor")
    .description("say what this machine can run, what it cannot, and what to do about it")
    .option("--json", "print JSON on stdout")
    .action(async (options: { json?: true }) => {
      const { showDoctor } = await import("./show-doctor.ts");
      process.exitCode = await showDoctor(options);
    });
}
