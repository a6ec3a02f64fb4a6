/** `guestbench up`: provisions a stack and leaves it ready, guests powered off. */
import type { Command } from "commander";
import { type HoldOptions, holdOptions, type StackOptions, stackOptions } from "./options.ts";

export function up(program: Command): void {
  const command = program.command("up").description("provision a stack and leave it ready");
  holdOptions(stackOptions(command)).action(async (options: StackOptions & HoldOptions) => {
    const { provisionStack } = await import("./stack-commands.ts");
    process.exitCode = await provisionStack(options);
  });
}
