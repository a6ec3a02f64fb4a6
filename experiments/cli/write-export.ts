/** Writes a campaign in one of the formats. */
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { type ExportFormat, exportFile, exportText } from "../../analysis/data/index.ts";
import { ConfigError } from "../../infra/errors.ts";
import { resultsDir } from "../../infra/toolchain/paths.ts";
import { findPlanned } from "../campaign/folder.ts";
import { warn } from "./output.ts";

export interface ExportOptions {
  format: ExportFormat;
  output?: string;
}

export async function writeExport(name: string | undefined, { format, output }: ExportOptions): Promise<void> {
  const folder = findPlanned(resultsDir(), name, "export");
  if (output !== undefined) {
    await exportFile(folder.path, format, resolve(output));
    warn(`campaign ${folder.id}: ${resolve(output)}`);
  } else if (format === "parquet") throw new ConfigError("--format parquet: say where to write it with --output");
  else await pipeline(await exportText(folder.path, format), process.stdout, { end: false }).catch(ignoreClosed);
}

/** `| head` has seen enough. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
