/** The command line. Only what `--help` needs is loaded here; each command loads its own tools when it runs. */
import { CommanderError } from "commander";
import { createProgram } from "./commands.ts";
import { ignoreClosedPipe } from "./output.ts";

ignoreClosedPipe();
try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else process.exitCode = (await import("./fail.ts")).reportFailure(error);
}
