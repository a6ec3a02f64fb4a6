/** What a table for queries and exports is made of: columns with a type, a meaning, and how a row gets its value. */

/** Types of DuckDB; JSON is text that its functions take apart. */
type ColumnType = "VARCHAR" | "DOUBLE" | "INTEGER" | "BOOLEAN" | "TIMESTAMP" | "JSON" | "VARCHAR[]";
export type ColumnValue = string | number | boolean | readonly string[] | null;

export interface Column<Row> {
  name: string;
  type: ColumnType;
  /** Meaning, unit, and what an empty value says. */
  description: string;
  of: (row: Row) => ColumnValue;
}

export interface TableDefinition<Source, Row> {
  name: string;
  /** What one row is. */
  description: string;
  rows: (source: Source) => Iterable<Row>;
  columns: readonly Column<Row>[];
}

/** A table whose rows' type nobody outside has to know. */
export interface Table<Source> {
  name: string;
  description: string;
  columns: readonly Omit<Column<never>, "of">[];
  /** One array per row, in the order of the columns. */
  values: (source: Source) => Generator<ColumnValue[]>;
}

export function defineTable<Source, Row>(table: TableDefinition<Source, Row>): Table<Source> {
  return {
    name: table.name,
    description: table.description,
    columns: table.columns,
    *values(source) {
      for (const row of table.rows(source)) yield table.columns.map(({ of }) => of(row));
    },
  };
}
