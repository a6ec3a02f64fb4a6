/** Campaigns for other tools: exports and queries. */
export { type ExportFormat, exportFile, exportText } from "./export.ts";
export { describeTables, query } from "./query.ts";
