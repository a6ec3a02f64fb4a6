/** `guestbench setup`: brings the toolchain, saying before what and why. */
import type { Command } from "commander";

export interface SetupOptions {
  yes?: true;
  tests?: true;
}

export function setup(program: Command): void {
  program
    .command("setup")
    .description("install what is missing: Debian packages, Pulumi and its plugins")
    .option("-y, --yes", "do not ask")
    .option("--tests", "also what the tests need")
    .action(async (options: SetupOptions) => {
      const { setUp } = await import("./set-up.ts");
      await setUp(options);
    });
}
