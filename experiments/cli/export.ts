/** `guestbench export`: a campaign in other tools' formats. */
import { type Command, Option } from "commander";
import type { ExportFormat } from "../../analysis/data/index.ts";

const formats: readonly ExportFormat[] = ["csv", "parquet", "json", "openmetrics"];

export function exportCampaign(program: Command): void {
  program
    .command("export")
    .description("write a campaign's samples (csv, parquet) or results (json, openmetrics) (default: the latest)")
    .argument("[campaign]", "id or folder of a campaign")
    .addOption(new Option("-f, --format <format>", "of the output").choices([...formats]).makeOptionMandatory())
    .option("-o, --output <file>", "written anew (default: stdout; parquet needs a file)")
    .action(async (campaign: string | undefined, options: { format: ExportFormat; output?: string }) => {
      const { writeExport } = await import("./write-export.ts");
      await writeExport(campaign, options);
    });
}
