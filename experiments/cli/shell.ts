/** `guestbench shell`: the lines that make `pulumi` usable by hand. */
import type { Command } from "commander";

export function shell(program: Command): void {
  program
    .command("shell")
    .description('print shell lines for using pulumi by hand: eval "$(npx guestbench shell)"')
    .action(async () => {
      const { shellExports } = await import("../../infra/toolchain/index.ts");
      process.stdout.write(shellExports());
    });
}
