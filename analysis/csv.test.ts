import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { samplesCsv } from "./csv.ts";
import { writeFixtureCampaign } from "./fixtures/campaign.ts";
import { loadCampaign } from "./load.ts";
import { summarize } from "./summarize.ts";

/** A reader of RFC 4180, written apart from the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const match of text.matchAll(pattern)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n") rows.push([]);
  }
  rows.pop();
  return rows;
}

async function tableOf(hostile?: string) {
  const folder = await mkdtemp(join(tmpdir(), "guestbench-analysis-"));
  try {
    await writeFixtureCampaign(folder, hostile === undefined ? {} : { hostile, blocks: 1 });
    const loaded = await loadCampaign(folder);
    const text = [...samplesCsv(loaded, summarize(loaded))].join("");
    const [header = [], ...rows] = parseCsv(text);
    const records = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
    return { loaded, text, header, rows, records };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it("writes every sample once, with its labels, and numbers as they are", async () => {
  const { loaded, records } = await tableOf();
  expect(records).toHaveLength(loaded.samples.length);
  expect(records.map((record) => Number(record.value))).toEqual(loaded.samples.map((row) => row.value));
  const tcg = records.find((record) => record.guest === "tinyx.kvm" && record.workload === "iperf3");
  expect(tcg).toMatchObject({ accelerator: "tcg", primary: "true", unit: "Gbit/s", direction: "higher" });
  expect(tcg?.functional_only).toContain("TCG");
  expect(
    records.find((record) => record.guest === "tinyx.kvm" && record.workload === "image-size")?.functional_only,
  ).toBe("");
  expect(records.filter((record) => record.outlier === "true").length).toBeGreaterThan(0);
});

it.each(['=1+1,"x"', "+1", "-1", "@SUM(A1)", "\t=1", "a,b\r\nc"])(
  "keeps %j in one field that is no formula",
  async (hostile) => {
    const { header, rows, records } = await tableOf(hostile);
    expect(rows.every((row) => row.length === header.length)).toBe(true);
    const fields = records.map((record) => record.guest ?? "");
    expect(fields.some((field) => field === hostile || field === `'${hostile}`)).toBe(true);
    expect(fields.every((field) => !/^[=+\-@\t\r]/.test(field))).toBe(true);
  },
);
