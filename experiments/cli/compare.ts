/** `guestbench compare`: what changed between two campaigns. */
import { type Command, InvalidArgumentError } from "commander";

export interface CompareOptions {
  failOnRegression?: number;
  json?: true;
}

export function compare(program: Command): void {
  program
    .command("compare")
    .description("compare two campaigns: their environments, then cell by cell")
    .argument("<a>", "id or folder of the campaign that is compared with")
    .argument("<b>", "id or folder of the other, or latest")
    .option(
      "--fail-on-regression <percent>",
      "exit with 1 where a cell of the second is worse by more than this beyond doubt, e.g. 5%",
      parsePercent,
    )
    .option("--json", "print JSON on stdout")
    .action(async (a: string, b: string, options: CompareOptions) => {
      const { showComparison } = await import("./show-comparison.ts");
      process.exitCode = await showComparison(a, b, options);
    });
}

/** 5% or 2.5% → a part of one. */
function parsePercent(text: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1] ?? Number.NaN);
  if (!(percent >= 0 && percent < 100))
    throw new InvalidArgumentError("Expected a percentage from 0% to below 100%, such as 5%.");
  return percent / 100;
}
