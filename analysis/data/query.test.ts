import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../infra/errors.ts";
import { writeFixtureCampaign } from "../fixtures/campaign.ts";
import { loadCampaign } from "../load.ts";
import { describeTables, query } from "./query.ts";
import { tables } from "./tables.ts";

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "guestbench-query-"));
  folder = join(root, "campaign");
  await writeFixtureCampaign(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("query", () => {
  it("has in every table what the campaign's files say, with columns that need no quotes", async () => {
    const loaded = await loadCampaign(folder);
    for (const table of tables) {
      const names = table.columns.map(({ name }) => name);
      const { columns, rows } = await query([folder], `select ${names.join(", ")} from ${table.name}`);
      expect(columns).toEqual(names);
      expect(rows, table.name).toHaveLength([...table.values(loaded)].length);
      expect(rows.length, table.name).toBeGreaterThan(0);
    }
  });

  it("gives numbers as numbers, JSON that can be taken apart, and nulls where nothing is known", async () => {
    const sql = `select guest, settings->>'init' as init, count(*) as boots, min(ready_ms) as ready
      from guests left join boots using (campaign, guest) where guest in ('docker', 'host') group by all order by guest`;
    expect(await query([folder], sql)).toEqual({
      columns: ["guest", "init", "boots", "ready"],
      rows: [
        ["docker", "tini", 6, 3000],
        ["host", null, 1, null],
      ],
      unreadable: [],
    });
    const big = await query([], "select 9007199254740993 as big, 12 as small");
    expect(big.rows).toEqual([["9007199254740993", 12]]);
  });

  it("counts every campaign, says which cannot be read, and works without any", async () => {
    const broken = join(root, "broken");
    await writeFixtureCampaign(broken);
    await writeFile(join(broken, "journal.jsonl"), "nonsense\nnonsense\n");
    const other = join(root, "other");
    await writeFixtureCampaign(other);
    const { rows, unreadable } = await query([folder, broken, other], "select count(*) from campaigns");
    expect(rows).toEqual([[2]]);
    expect(unreadable).toEqual([expect.stringContaining("journal.jsonl:1: not JSON")]);
    expect((await query([], "select count(*) from samples")).rows).toEqual([[0]]);
  });

  it.each(["selec 1", "select nothing from samples", "select * from nowhere", "select 'x'::integer", ""])(
    "answers the broken query %j with the database's complaint",
    async (sql) => {
      await expect(query([], sql)).rejects.toThrow(ConfigError);
      await expect(query([], sql)).rejects.toThrow(/^the query: \S+/);
    },
  );

  it("keeps text from tools as it is", async () => {
    const hostile = join(root, "hostile");
    const text = `'); drop table samples; --"\n\0\u{1F600}`;
    await writeFixtureCampaign(hostile, { hostile: text });
    const { rows } = await query([hostile], "select distinct error from failures");
    expect(rows).toEqual([[text]]);
  });

  it("describes each table and column once", () => {
    const text = describeTables();
    for (const { name, columns } of tables) {
      expect(text).toMatch(new RegExp(`^${name}: one `, "m"));
      for (const column of columns) expect(text).toMatch(new RegExp(`^  ${column.name} +[A-Z]`, "m"));
    }
  });
});
