/** `guestbench query`: SQL over all campaigns. */
import type { Command } from "commander";

export function query(program: Command): void {
  program
    .command("query")
    .description("ask all campaigns in SQL (DuckDB); without a question: the tables and their columns")
    .argument("[sql]", "e.g. \"select guest, median(value) from samples where workload = 'rtt' group by guest\"")
    .option("--json", "print rows as JSON on stdout")
    .action(async (sql: string | undefined, options: { json?: true }) => {
      const { showQuery } = await import("./show-query.ts");
      await showQuery(sql, options);
    });
}
