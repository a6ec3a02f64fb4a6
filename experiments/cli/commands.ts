/** Every command of the tool: one file each, one line here. */
import { Command } from "commander";
import { claims } from "./claims.ts";
import { compare } from "./compare.ts";
import { destroy } from "./destroy.ts";
import { doctor } from "./doctor.ts";
import { env } from "./env.ts";
import { exportCampaign } from "./export.ts";
import { host } from "./host.ts";
import { matrix } from "./matrix.ts";
import { newCommand } from "./new.ts";
import { noise } from "./noise.ts";
import { plan } from "./plan.ts";
import { query } from "./query.ts";
import { recover } from "./recover.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { setup } from "./setup.ts";
import { shell } from "./shell.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { up } from "./up.ts";

export const commands = [
  start,
  setup,
  doctor,
  host,
  matrix,
  plan,
  up,
  run,
  noise,
  destroy,
  recover,
  status,
  report,
  claims,
  compare,
  exportCampaign,
  query,
  env,
  newCommand,
  shell,
];

const epilogue = `
Exit codes:
  0    done
  1    the testbed, a measurement or the tool itself failed
  2    wrong input, not allowed, or the host is in use; nothing was touched
  3    something that the stack made is still there after destroy, or that could not be ruled out
  130  interrupted by Ctrl-C (143: by SIGTERM, 129: by SIGHUP), cleaned up
`;

export function createProgram(): Command {
  const program = new Command("guestbench")
    .description("Measures what each way of virtualizing costs.")
    .helpCommand(false)
    .showHelpAfterError("(see `guestbench --help`)")
    .addHelpText("after", epilogue)
    .exitOverride();
  for (const define of commands) define(program);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}
