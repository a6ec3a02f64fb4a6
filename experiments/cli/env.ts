/** `guestbench env`: the environment that results depend on, as a document that is captured, locked, checked and compared. */
import { type Command, Option } from "commander";
import { type StackOptions, stackOptions } from "./options.ts";

export interface CheckOptions extends StackOptions {
  strict?: true;
}

export interface LockOptions extends StackOptions {
  from?: string;
}

export interface DiffOptions {
  json?: true;
  markdown?: true;
}

export function env(program: Command): void {
  const command = program
    .command("env")
    .description("capture, lock, check and compare what results depend on")
    .helpCommand(false);
  command
    .command("capture")
    .description("print the environment of a stack as JSON; of one that is not up, the host's part")
    .option("-s, --stack <name>", "the testbed: a file in stacks/", "local")
    .action(async (options: StackOptions) => {
      const { capture } = await import("./env/capture.ts");
      await capture(options);
    });
  stackOptions(command.command("lock"))
    .description("write the environment to stacks/<stack>.lock.json, to be kept in git")
    .option("--from <campaign>", "take the environment of a campaign instead of the stack's own, which must be up")
    .action(async (options: LockOptions) => {
      const { lock } = await import("./env/lock.ts");
      await lock(options);
    });
  stackOptions(command.command("check"))
    .description("compare the environment with the stack's lock")
    .option("--strict", "exit with 2 where they differ")
    .action(async (options: CheckOptions) => {
      const { check } = await import("./env/check.ts");
      process.exitCode = await check(options);
    });
  command
    .command("diff")
    .description("show what differs between two environments")
    .argument("<a>", "a stack, a campaign, a lock file, or REVISION:STACK for a lock in git, as HEAD~3:local")
    .argument("<b>", "the same")
    .option("--json", "print JSON on stdout")
    .addOption(new Option("--markdown", "print Markdown, for an issue or a pull request").conflicts("json"))
    .action(async (a: string, b: string, options: DiffOptions) => {
      const { diff } = await import("./env/diff.ts");
      await diff(a, b, options);
    });
}
