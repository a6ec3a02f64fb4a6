/** `guestbench destroy`: takes a stack down and shows that nothing of it is left. */
import type { Command } from "commander";
import { type HoldOptions, holdOptions, type StackOptions, stackOptions } from "./options.ts";

export function destroy(program: Command): void {
  const command = program.command("destroy").description("take a stack down and attest that nothing is left");
  holdOptions(stackOptions(command)).action(async (options: StackOptions & HoldOptions) => {
    const { destroyStack } = await import("./stack-commands.ts");
    process.exitCode = await destroyStack(options);
  });
}
