/** Asks all campaigns and shows the answer. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describeTables, query } from "../../analysis/data/index.ts";
import { ConfigError } from "../../infra/errors.ts";
import { resultsDir } from "../../infra/toolchain/paths.ts";
import { folderAt, listCampaigns } from "../campaign/folder.ts";
import { columns as aligned, print, printJson, warn } from "./output.ts";

export async function showQuery(sql: string | undefined, options: { json?: true }): Promise<void> {
  if (sql === undefined) return print(describeTables());
  const root = resultsDir();
  const folders = listCampaigns(root).map((id) => folderAt(join(root, id)));
  const planned = folders.filter(({ campaign }) => existsSync(campaign));
  if (planned.length === 0) throw new ConfigError(`no campaign below ${root} yet: start one with \`guestbench run\``);
  const { columns, rows, unreadable } = await query(
    planned.map(({ path }) => path),
    sql,
  );
  for (const problem of unreadable) warn(`left out: ${problem}`);
  if (options.json) printJson(rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i], value]))));
  else print(aligned([columns, ...rows.map((row) => row.map(text))]));
}

/** One line for each row, whatever a value holds. */
function text(value: unknown): string {
  if (value === null) return "–";
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).replace(/\s+/g, " ");
}
