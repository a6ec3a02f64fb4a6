import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixtureCampaign } from "../fixtures/campaign.ts";
import { loadCampaign } from "../load.ts";
import { summarySchema } from "../summary.ts";
import { exportFile, exportText } from "./export.ts";
import { query } from "./query.ts";

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "guestbench-export-"));
  folder = join(root, "campaign");
  await writeFixtureCampaign(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const textOf = async (...request: Parameters<typeof exportText>) => [...(await exportText(...request))].join("");

describe("csv and parquet", () => {
  it("hold every sample", async () => {
    const { samples } = await loadCampaign(folder);
    const [csv, parquet] = [join(root, "samples.csv"), join(root, "it's.parquet")];
    await exportFile(folder, "csv", csv);
    await exportFile(folder, "parquet", parquet);
    const sum = samples.reduce((total, { value }) => total + value, 0);
    for (const path of [csv, parquet]) {
      const { rows } = await query([], `select count(*), sum(value) from '${path.replace("'", "''")}'`);
      expect(rows[0]?.[0]).toBe(samples.length);
      expect(rows[0]?.[1]).toBeCloseTo(sum, 6);
    }
    const sql = "select typeof(ended_at), typeof(value), unit from 'PATH' where workload = 'rtt' limit 1";
    expect((await query([], sql.replace("PATH", parquet.replace("'", "''")))).rows).toEqual([
      ["TIMESTAMP", "DOUBLE", "ms"],
    ]);
  });
});

describe("json", () => {
  it("is the summary", async () => {
    const written = JSON.parse(await textOf(folder, "json"));
    expect(summarySchema.parse(written).cells).toHaveLength(27);
  });
});

describe("openmetrics", () => {
  /** The format's grammar, as far as this output uses it. */
  const line =
    /^(# EOF|# (TYPE|HELP) [a-z_]+ [^\n]+|[a-z_]+\{[a-z_]+="([^"\\\n]|\\[\\"n])*"(,[a-z_]+="([^"\\\n]|\\[\\"n])*")*\} -?\d+(\.\d+)?(e[+-]?\d+)?)$/;

  it("follows the format, families in one piece, with the end mark last", async () => {
    const hostile = join(root, "hostile");
    await writeFixtureCampaign(hostile, { hostile: 'a"b\\c\nd' });
    const text = await textOf(hostile, "openmetrics");
    const lines = text.split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.at(-1)).toBe("# EOF");
    for (const each of lines) expect(each).toMatch(line);
    expect(text).toContain('guest="a\\"b\\\\c\\nd"');
    const families = lines.flatMap((each) => /^[a-z_]+/.exec(each)?.[0] ?? []);
    const changes = families.filter((name, i) => name !== families[i - 1]);
    expect(new Set(changes).size).toBe(changes.length);
    const series = lines.filter((each) => !each.startsWith("#")).map((each) => each.replace(/ [^ ]+$/, ""));
    expect(new Set(series).size).toBe(series.length);
  });

  it("states the summary's values, and nothing for a cell without one", async () => {
    const summary = summarySchema.parse(JSON.parse(await textOf(folder, "json")));
    const text = await textOf(folder, "openmetrics");
    const ratios = summary.cells.filter(({ ratio }) => ratio !== null);
    expect(ratios.length).toBeGreaterThan(0);
    expect(text.match(/^guestbench_ratio\{/gm)).toHaveLength(ratios.length);
    for (const { id, ratio } of ratios)
      expect(
        text.split("\n").find((each) => each.startsWith("guestbench_ratio{") && each.includes(`cell="${id}"`)),
      ).toMatch(new RegExp(`functional_only="false"} ${ratio?.value}$`));
  });
});

describe("a file that cannot be written", () => {
  it.each(["csv", "parquet"] as const)("is named, for %s", async (format) => {
    const path = join(root, "no-such-folder", "out");
    await expect(exportFile(folder, format, path)).rejects.toThrow(`${path} cannot be written (ENOENT)`);
    await expect(exportFile(folder, format, root)).rejects.toThrow(/cannot be written \(EISDIR\)/);
  });

  it("keeps what it holds when the campaign cannot be read", async () => {
    const path = join(root, "out.txt");
    await exportFile(folder, "openmetrics", path);
    await expect(exportFile(join(root, "nowhere"), "csv", path)).rejects.toThrow(/campaign\.json: cannot be read/);
    expect(readFileSync(path, "utf8")).toMatch(/# EOF\n$/);
  });
});
