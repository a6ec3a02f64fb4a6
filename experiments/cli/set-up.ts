/** The set-up as the user sees it: a plan with reasons, a question where somebody can answer, steps with estimates. */

import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { ConfigError } from "../../infra/errors.ts";
import { planSetup, type Step as SetupStep } from "../../infra/toolchain/index.ts";
import { localDir } from "../../infra/toolchain/paths.ts";
import { Estimates } from "../campaign/estimates.ts";
import { about, columns, print } from "./output.ts";
import { chooseProgress } from "./progress.ts";
import type { SetupOptions } from "./setup.ts";

export async function setUp(options: SetupOptions): Promise<void> {
  const steps = await planSetup({ groups: options.tests ? ["base", "test"] : ["base"] });
  if (steps.length === 0) return print("Set-up: everything is present.");
  const estimates = new Estimates(join(localDir(), "estimates.json"));
  const estimateOf = (step: SetupStep) => estimates.get(`setup/${step.id}`) ?? step.estimateMs;
  const total = steps.reduce((ms, step) => ms + estimateOf(step), 0);
  const rows = steps.map((step) => [step.title, step.why, about(estimateOf(step))]);
  print(`To be installed (${about(total)}):\n${columns(rows, "  ")}`);
  await askFirst(options);
  const progress = chooseProgress({});
  for (const step of steps) {
    const begun = performance.now();
    await progress.step(step.title, estimateOf(step), (news) =>
      step.run(({ message, fraction }) => {
        const elapsed = performance.now() - begun;
        const remainingMs =
          fraction !== undefined && fraction > 0.02 ? (elapsed / fraction) * (1 - fraction) : undefined;
        news({ text: message, ...(remainingMs === undefined ? {} : { remainingMs }) });
      }),
    );
    estimates.remember(`setup/${step.id}`, performance.now() - begun);
  }
  estimates.save();
}

/** Only where a person is at the terminal. */
async function askFirst(options: SetupOptions): Promise<void> {
  if (options.yes || !process.stdin.isTTY || !process.stdout.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question("Go ahead? [Y/n] ");
    if (!/^\s*(y|yes|)\s*$/i.test(answer)) throw new ConfigError("nothing was installed");
  } finally {
    terminal.close();
  }
}
