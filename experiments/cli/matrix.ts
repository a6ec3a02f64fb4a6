/** `guestbench matrix`: which platform runs which image on which network, where, and what can be measured of it. */
import { type Command, Option } from "commander";

export interface MatrixOptions {
  stack?: string;
  json?: true;
  markdown?: true;
}

export function matrix(program: Command): void {
  program
    .command("matrix")
    .description("show every platform with every image, network and workload: where it runs, or why not")
    .option("-s, --stack <name>", "the guests of this stack on its host, instead of everything on this machine")
    .option("--json", "print JSON on stdout: one entry for each combination with each workload")
    .addOption(
      new Option("--markdown", "print the README's table, which is the same on every machine").conflicts([
        "json",
        "stack",
      ]),
    )
    .action(async (options: MatrixOptions) => {
      const { showMatrix } = await import("./show-matrix.ts");
      await showMatrix(options);
    });
}
