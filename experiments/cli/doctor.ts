/** `guestbench doctor`: what this machine or a stack's host can run, what it cannot, and what to do about it. */
import type { Command } from "commander";

export interface DoctorOptions {
  stack?: string;
  json?: true;
}

export function doctor(program: Command): void {
  program
    .command("doctor")
    .description("say what this machine can run, what it cannot, and what to do about it")
    .option("-s, --stack <name>", "look at the host of this stack instead")
    .option("--json", "print JSON on stdout")
    .action(async (options: DoctorOptions) => {
      const { showDoctor } = await import("./show-doctor.ts");
      process.exitCode = await showDoctor(options);
    });
}
