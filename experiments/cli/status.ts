/** `guestbench status`: what runs, how far it is and how long it will take; from any terminal. */
import type { Command } from "commander";
import { type StackOptions, stackOptions } from "./options.ts";

export function status(program: Command): void {
  const command = program
    .command("status")
    .description("show what is running, how far it is and how long it will take");
  stackOptions(command).action(async (options: StackOptions) => {
    const { showStatus } = await import("./show-status.ts");
    showStatus(options);
  });
}
