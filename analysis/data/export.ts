/** A campaign in other tools' formats. */
import { writeFile } from "node:fs/promises";
import { ConfigError } from "../../infra/errors.ts";
import { samplesCsv } from "../csv.ts";
import { type Loaded, loadCampaign } from "../load.ts";
import { pieces, summaryJson } from "../pieces.ts";
import { summarize } from "../summarize.ts";
import { type Summary, summarySchema } from "../summary.ts";
import { fill, openDatabase, quoted } from "./database.ts";
import { openMetrics } from "./openmetrics.ts";
import { samples } from "./tables.ts";

const texts = {
  csv: samplesCsv,
  json: (_: Loaded, summary: Summary) => summaryJson(summary),
  openmetrics: (_: Loaded, summary: Summary) => [openMetrics(summary)],
};

export type ExportFormat = keyof typeof texts | "parquet";

export async function exportText(campaignDir: string, format: keyof typeof texts): Promise<Iterable<string>> {
  return textOf(await loadCampaign(campaignDir), format);
}

/** A file that is there already is written anew, once the campaign has been read. */
export async function exportFile(campaignDir: string, format: ExportFormat, path: string): Promise<void> {
  const loaded = await loadCampaign(campaignDir);
  const text = format === "parquet" ? "" : textOf(loaded, format);
  await writeFile(path, text).catch(unwritable(path));
  if (format === "parquet") await writeParquet(loaded, path);
}

function textOf(loaded: Loaded, format: keyof typeof texts): Iterable<string> {
  return pieces(texts[format](loaded, summarySchema.parse(summarize(loaded))));
}

async function writeParquet(loaded: Loaded, path: string): Promise<void> {
  const connection = await openDatabase([samples]);
  try {
    await fill(connection, [samples], loaded);
    await connection
      .run(`COPY ${samples.name} TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`)
      .catch(unwritable(path));
  } finally {
    connection.closeSync();
  }
}

function unwritable(path: string) {
  return (cause: NodeJS.ErrnoException): never => {
    throw new ConfigError(`${path} cannot be written (${cause.code ?? cause.message.split("\n")[0]})`, { cause });
  };
}
