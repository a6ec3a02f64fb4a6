import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writePublishedCampaign } from "../fixtures/published-campaign.ts";
import { judgeCampaigns } from "./campaigns.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "guestbench-claims-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const judged = async (name: string, options: Parameters<typeof writePublishedCampaign>[2]) => {
  const folder = join(root, name);
  await writePublishedCampaign(folder, "nfvrg2016", options);
  return judgeCampaigns([folder], "nfvrg2016");
};

it("judges a campaign's folder, says where it was measured, and what each verdict rests on", async () => {
  const slower = (cell: { guest: string; workload: string }) =>
    cell.guest === "osv.kvm" && cell.workload === "instantiation" ? 10 : 1;
  const { text, junit, count, campaigns } = await judged("slower", { factor: slower });
  expect(count("contradicted")).toBe(1);
  expect(count("reproduced")).toBe(14);
  expect(campaigns).toEqual([expect.objectContaining({ hostCpu: "Made-up CPU 2.0 GHz", quick: false })]);
  const lines = text.split("\n");
  expect(lines[0]).toBe(
    "Campaign synthetic-20260102T030405Z-00ff on synthetic: Made-up CPU 2.0 GHz, x86_64, accelerators kvm, environment 000000000000",
  );
  expect(lines[2]).toBe("nfvrg2016: 15 claims, 14 reproduced, 1 contradicted");
  expect(text).toMatch(
    /contradicted {4}nfvrg2016\/instantiation-osv: .*\n +osv\.kvm \/ tinyx\.xen = 7\.6\d \[7\.\d\d, 7\.\d\d\], claimed at most 1\.00, the closest of 5 comparisons\n +the interval lies outside the bounds/,
  );
  expect(junit).toContain('<testsuite name="nfvrg2016" tests="15" failures="1" errors="0" skipped="0">');
  expect(junit).toContain('<failure type="contradicted" message="the interval lies outside the bounds"/>');
  expect(junit.match(/<testcase /g)).toHaveLength(15);
});

it("calls nothing reproduced in a quick pass, and leaves such tests out in JUnit", async () => {
  const { text, junit, count } = await judged("quick", { quick: true });
  expect(count("not comparable")).toBe(15);
  expect(text.split("\n")[0]).toMatch(/; quick pass: sizes were cut$/);
  expect(junit).toContain('failures="0" errors="0" skipped="15"');
  expect(junit).toContain('<skipped message="not comparable: quick pass: sizes were cut"/>');
});

it("writes text of any kind as XML", async () => {
  const folder = join(root, "hostile");
  await writePublishedCampaign(folder, "acharya2018", { architecture: "arm64" });
  const { readFile, writeFile } = await import("node:fs/promises");
  const path = join(folder, "campaign.json");
  const hostile = JSON.stringify('<&">\u0001\ud800').slice(1, -1);
  await writeFile(path, (await readFile(path, "utf8")).replaceAll("not on ARMv8", hostile));
  const { judgements, junit } = await judgeCampaigns([folder], "acharya2018");
  expect(judgements.at(-1)?.reason).toContain('<&">\u0001');
  for (const bad of ["<&", "\u0001", "\ud800"]) expect(junit).not.toContain(bad);
});
