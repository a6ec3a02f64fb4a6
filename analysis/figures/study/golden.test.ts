import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "vega-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writePublishedCampaign } from "../../fixtures/published-campaign.ts";
import { report } from "../../index.ts";
import { loadCampaign } from "../../load.ts";
import { summarize } from "../../summarize.ts";
import { forms } from "./form.ts";
import { type StudyFigure, studyFigures } from "./index.ts";

const studies = ["raho2015", "nfvrg2016", "acharya2018", "mavridis2019"] as const;
let root: string;
const drawn = new Map<string, StudyFigure>();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "guestbench-golden-"));
  for (const study of studies) {
    const folder = join(root, study);
    await writePublishedCampaign(folder, study);
    const loaded = await loadCampaign(folder);
    for (const one of await studyFigures(summarize(loaded), loaded.campaign.guests)) drawn.set(keyOf(one.form), one);
  }
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

const keyOf = ({ spec, place, title }: (typeof forms)[number]) => `${spec}, ${place}: ${title}`;

describe("figures of the studies, from a synthetic campaign", () => {
  it.each(forms.map((form) => [keyOf(form), form.title]))("%s is as it was", async (key) => {
    const { csv, vegaLite, figure } = drawn.get(key) as StudyFigure;
    await expect(csv).toMatchFileSnapshot(`../../fixtures/stored/figures/${figure.slug}.csv`);
    expect(vegaLite).not.toMatch(/#0\d0\d0\d/);
    expect(() => compile(JSON.parse(vegaLite))).not.toThrow();
    await expect(figure.file).toMatchFileSnapshot(`../../fixtures/stored/figures/${figure.slug}.svg`);
  });

  it("hold every legible number of the tables that they draw, beside ours", () => {
    const published = (key: RegExp) =>
      [...drawn]
        .filter(([name]) => key.test(name))
        .flatMap(([, { points }]) => points.filter((p) => p.source === "published"));
    expect(published(/^nfvrg2016/)).toHaveLength(42);
    expect(published(/wrk, Table II: Requests/)).toHaveLength(70);
    expect(published(/wrk, Table II: Latency/)).toHaveLength(70);
    expect(published(/Table III/)).toHaveLength(4);
    expect(published(/Table IV/)).toHaveLength(12);
    expect(published(/^raho2015|^acharya2018/)).toEqual([]);
  });

  it("stand in the report with a table, their method and links to files that are there", async () => {
    const folder = join(root, "nfvrg2016");
    const { htmlPath } = await report(folder);
    const page = readFileSync(htmlPath, "utf8");
    const links = [...page.matchAll(/href="(figures\/study-[^"]+)"/g)].map(([, link]) => link as string);
    expect(links).toHaveLength(15);
    for (const link of links) expect(readFileSync(join(folder, "report", link), "utf8").length).toBeGreaterThan(100);
    expect(page.match(/Synthetic samples around published values, for tests\. Data:/g)).toHaveLength(5);
    expect(page).toContain("<small>published 31</small>");
    const golden = page
      .match(/<section id="study-nfvrg2016-instantiation[\s\S]*?<\/section>/)?.[0]
      .replace(/<svg[\s\S]*?<\/svg>/, "");
    await expect(golden).toMatchFileSnapshot("../../fixtures/stored/figures/section-instantiation.html");
  });
});
