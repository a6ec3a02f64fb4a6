/** A DuckDB database in memory that holds campaigns' tables. It never goes to the network for an extension. */
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  LIST,
  listValue,
  TIMESTAMP,
  VARCHAR,
} from "@duckdb/node-api";
import type { Column, ColumnValue, Table } from "./columns.ts";

/** Rows that DuckDB takes at once. */
const CHUNK = 2048;

const types: Readonly<Record<Column<never>["type"], DuckDBType>> = {
  VARCHAR,
  DOUBLE,
  INTEGER,
  BOOLEAN,
  TIMESTAMP,
  JSON: VARCHAR,
  "VARCHAR[]": LIST(VARCHAR),
};

export async function openDatabase<Source>(tables: readonly Table<Source>[]): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    allow_community_extensions: "false",
  });
  const connection = await instance.connect();
  for (const { name, columns } of tables)
    await connection.run(`CREATE TABLE ${name} (${columns.map((c) => `"${c.name}" ${c.type}`).join(", ")})`);
  return connection;
}

export async function fill<Source>(
  connection: DuckDBConnection,
  tables: readonly Table<Source>[],
  source: Source,
): Promise<void> {
  for (const table of tables) {
    const appender = await connection.createAppender(table.name);
    const columnTypes = table.columns.map(({ type }) => types[type]);
    const append = (rows: readonly DuckDBValue[][]) => {
      const chunk = DuckDBDataChunk.create(columnTypes);
      chunk.setRows(rows);
      appender.appendDataChunk(chunk);
    };
    let rows: DuckDBValue[][] = [];
    for (const values of table.values(source)) {
      rows.push(values.map((value, i) => valueFor(table.columns[i]?.type, value)));
      if (rows.length < CHUNK) continue;
      append(rows);
      rows = [];
    }
    if (rows.length > 0) append(rows);
    appender.closeSync();
  }
}

function valueFor(type: Column<never>["type"] | undefined, value: ColumnValue): DuckDBValue {
  if (value === null) return null;
  if (type === "TIMESTAMP") return new DuckDBTimestampValue(BigInt(Date.parse(value as string)) * 1000n);
  if (typeof value === "object") return listValue([...value]);
  return value;
}

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
