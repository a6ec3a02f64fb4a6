/** `guestbench recover`: the way back after a kill or a power loss. */
import type { Command } from "commander";
import { type HoldOptions, holdOptions, type StackOptions, stackOptions } from "./options.ts";

export function recover(program: Command): void {
  const command = program.command("recover").description("clean up after a run that was killed; finished samples stay");
  holdOptions(stackOptions(command)).action(async (options: StackOptions & HoldOptions) => {
    const { recoverStack } = await import("./stack-commands.ts");
    process.exitCode = await recoverStack(options);
  });
}
