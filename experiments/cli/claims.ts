/** `guestbench claims`: do the studies' statements hold for what was measured here? */
import { type Command, Option } from "commander";

export interface ClaimsOptions {
  campaign?: string[];
  require?: true | "reproduced" | "not-contradicted";
  junit?: string;
  json?: true;
}

export function claims(program: Command): void {
  program
    .command("claims")
    .description("judge the published claims by a campaign: reproduced, contradicted, inconclusive or not comparable")
    .argument("[study]", "raho2015, nfvrg2016, acharya2018 or mavridis2019 (default: all)")
    .option(
      "-c, --campaign <campaign...>",
      "id or folder; several of the same host are taken together (default: the latest)",
    )
    .addOption(
      new Option(
        "--require [verdict]",
        "exit with 1 unless every claim is reproduced, or at least none is contradicted (default: exit with 0)",
      )
        .choices(["reproduced", "not-contradicted"])
        .preset("reproduced"),
    )
    .option("--junit <file>", "write the verdicts as JUnit XML as well")
    .option("--json", "print JSON on stdout")
    .action(async (study: string | undefined, options: ClaimsOptions) => {
      const { showClaims } = await import("./show-claims.ts");
      process.exitCode = await showClaims(study, options);
    });
}
