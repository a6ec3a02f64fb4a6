/** SQL over campaigns. */
import { DuckDBTypeId } from "@duckdb/node-api";
import { ConfigError, ParseError } from "../../infra/errors.ts";
import { loadCampaign } from "../load.ts";
import { fill, openDatabase } from "./database.ts";
import { tables } from "./tables.ts";

export interface QueryResult {
  columns: string[];
  /** In the order of the columns, as JSON has them: moments, and whole numbers that a double does not hold, are text. */
  rows: unknown[][];
  /** Campaigns whose files cannot be read, each with the reason. They are in no table. */
  unreadable: string[];
}

/** Broken SQL is a ConfigError that quotes the database's complaint. */
export async function query(campaignDirs: readonly string[], sql: string): Promise<QueryResult> {
  const connection = await openDatabase(tables);
  try {
    const unreadable: string[] = [];
    for (const folder of campaignDirs) {
      const loaded = await loadCampaign(folder).catch((error: unknown) => {
        if (!(error instanceof ParseError)) throw error;
        unreadable.push(error.message);
      });
      if (loaded) await fill(connection, tables, loaded);
    }
    const reader = await connection.runAndReadAll(sql).catch((cause: unknown) => {
      throw new ConfigError(`the query: ${cause instanceof Error ? cause.message.trim() : String(cause)}`, { cause });
    });
    if (reader.columnCount === 0) throw new ConfigError("the query: asks for nothing");
    const whole = reader.columnTypes().map((type) => wholeNumbers.has(type.typeId));
    const rows = reader.getRowsJson().map((row) => row.map((value, i) => (whole[i] ? numeric(value) : value)));
    return { columns: reader.deduplicatedColumnNames(), rows, unreadable };
  } finally {
    connection.closeSync();
  }
}

/** Of these the driver gives text, as counts and sums are. */
const wholeNumbers = new Set([DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT]);

function numeric(value: unknown): unknown {
  return typeof value === "string" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** What there is to ask for: a line per table and per column. */
export function describeTables(): string {
  return tables
    .map(({ name, description, columns }) => {
      const width = Math.max(...columns.map((column) => column.name.length));
      const lines = columns.map((column) =>
        `  ${column.name.padEnd(width)}  ${column.type.padEnd(9)}  ${column.description}`.trimEnd(),
      );
      return `${name}: ${description}\n${lines.join("\n")}`;
    })
    .join("\n\n");
}
