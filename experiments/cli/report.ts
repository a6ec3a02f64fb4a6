/** `guestbench report`: makes a campaign's tables and its HTML report from its files. */
import type { Command } from "commander";

export function report(program: Command): void {
  program
    .command("report")
    .description("make the report of a campaign again (default: the latest)")
    .argument("[campaign]", "id or folder of a campaign")
    .option("--json", "print the summary as JSON on stdout")
    .action(async (campaign: string | undefined, options: { json?: true }) => {
      const { showReport } = await import("./show-report.ts");
      await showReport(campaign, options);
    });
}
