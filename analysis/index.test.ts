import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixtureCampaign } from "./fixtures/campaign.ts";
import type { FixtureOptions } from "./fixtures/events.ts";
import { campaignEntry, cellEntry, guestEntry, writeFolder } from "./fixtures/folder.ts";
import { type Report, report } from "./index.ts";
import { summarySchema } from "./summary.ts";

let root: string;
/** The whole fixture, reported once for every test that only reads. */
let whole: Awaited<ReturnType<typeof reported>>;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "guestbench-analysis-"));
  whole = await reported("whole", { tornLine: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function reported(name: string, options: FixtureOptions): Promise<Report & { page: string; folder: string }> {
  const folder = join(root, name);
  await writeFixtureCampaign(folder, options);
  const result = await report(folder);
  return { ...result, folder: dirname(result.htmlPath), page: readFileSync(result.htmlPath, "utf8") };
}

const filesOf = (folder: string) =>
  globSync("**/*.*", { cwd: folder })
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), "utf8")]);

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** It is let run by its hash, and nothing else is. */
function withoutOwnScript(page: string): string {
  const [, script = ""] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
  const hash = createHash("sha256").update(script).digest("base64");
  expect(page).toContain(`script-src &#39;sha256-${hash}&#39;;`);
  return page.replace(`<script>${script}</script>`, "");
}

describe("report", () => {
  it("writes page, summary, samples and figures, the same bytes every time, whatever was there before", async () => {
    const first = whole;
    const before = filesOf(first.folder);
    expect(before.map(([name]) => name)).toEqual(expect.arrayContaining(["index.html", "samples.csv", "summary.json"]));
    await report(join(root, "whole"));
    expect(filesOf(first.folder)).toEqual(before);
    const written = JSON.parse(readFileSync(join(first.folder, "summary.json"), "utf8"));
    expect(summarySchema.parse(written)).toEqual(first.summary);
  });

  it("shows every figure it writes, and one per workload and one for the moments of the boot", () => {
    const { page, folder } = whole;
    const files = globSync("figures/*.svg", { cwd: folder });
    expect(files).toHaveLength(9);
    expect(count(page, /<svg /g)).toBe(files.length);
    expect(count(page, /<svg [^>]*role="img" aria-label="[^"]{20,}"/g)).toBe(files.length);
  });

  it("is one page that needs no network, runs its own script alone, and has captions, scopes and ordered headings", () => {
    const page = withoutOwnScript(whole.page);
    expect(page).not.toMatch(/<script|<link[^>]+stylesheet|<img|@import|url\(|\son\w+=/i);
    expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
    expect(count(page, /<table/g)).toBe(count(page, /<caption>/g));
    expect(page).not.toMatch(/<th>|<th (?!scope=)/);
    expect(count(page, /<h1>/g)).toBe(1);
    const levels = [...page.matchAll(/<h(\d)/g)].map((match) => Number(match[1]));
    expect(levels.every((level, i) => i === 0 || level <= (levels[i - 1] as number) + 1)).toBe(true);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it("says what a reader has to know", () => {
    const { page } = whole;
    const text = page
      .replace(/<(style|svg|script)[\s\S]*?<\/\1>/g, "")
      .replace(/<[^>]+>/g, " ")
      .replace(/&#39;/g, "'")
      .replace(/\s+/g, " ");
    expect(text).toContain("Complete: 27 of 27 planned cells measured, 5 skipped with their reasons.");
    expect(text).toContain("taken up again 1 time");
    expect(text).toContain("was cut short and is left out");
    expect(text).toContain("Functional only: standardvm.kvm, tinyx.kvm †");
    expect(text).toContain(
      "not comparable: functional only (tcg); other hardware: Made-up CPU 2.0 GHz, not Intel Xeon E5-1630 v3",
    );
    expect(text).toContain(
      "7 differences of the testbeds accelerator: tcg, there kvm CPU: Made-up CPU 2.0 GHz, there Intel",
    );
    expect(text).toContain("docker and host: 3 differences");
    expect(text).toContain("the image tinyx has no hackbench");
    expect(text).toContain("succeeded when tried again");
    expect(text).toContain("up to 5 % overhead at 640 tasks");
    expect(text).toContain("Clean: 4 checks found the host as it was before.");
    expect(text).toContain(
      "npx guestbench run quickstart --stack local --seed seed-1 --min-boots 3 --max-boots 6 --budget 10m",
    );
  });

  it("links raw output that is there", () => {
    const { page, folder } = whole;
    const links = [...page.matchAll(/href="(\.\.\/raw\/[^"]+)"/g)].map((match) => match[1] as string);
    expect(links).toHaveLength(3);
    for (const link of links) expect(existsSync(resolve(folder, link))).toBe(true);
  });

  it.each(["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'--></style></title><b>&amp;"])(
    "shows %s from any tool as text",
    async (hostile) => {
      const { page, folder } = await reported(`hostile-${hostile.length}`, { hostile, clean: false, blocks: 3 });
      expect(page).not.toContain(hostile);
      expect(withoutOwnScript(page)).not.toMatch(/<script|<img|<b>/);
      expect(count(page, /<\/style>/g)).toBe(1);
      const shown = [...hostile].map((char) => (/[&<>"'`]/.test(char) ? `&#${char.charCodeAt(0)};` : char)).join("");
      expect(count(page, new RegExp(shown.replace(/[()[\].*+?^$|\\]/g, "\\$&"), "g"))).toBeGreaterThan(15);
      for (const [, svg] of filesOf(join(folder, "figures"))) expect(svg).not.toMatch(/<script|<img|<b>/);
    },
  );

  it("reports what there is of a campaign that was killed, or that has measured nothing", async () => {
    const killed = await reported("killed", { killed: true, blocks: 2 });
    expect(killed.summary.completeness.outcome).toBe("unfinished");
    expect(killed.page).toContain("Nobody looked");
    const folder = join(root, "empty");
    await writeFolder(folder, {
      campaign: campaignEntry({ guests: { vm: guestEntry() }, cells: [cellEntry("vm")] }),
      events: [],
    });
    const empty = await report(folder);
    expect(readFileSync(empty.htmlPath, "utf8")).toContain("0 of 1 planned cell measured");
    expect(empty.terminalTable).toContain("no value: vm, iperf3 Tx (not run)");
  });

  it("shows what a teardown left behind", async () => {
    const { page, summary } = await reported("leftovers", { clean: false, blocks: 1 });
    expect(summary.teardown).toMatchObject({ clean: false, leftovers: 1, touched: 1, meanwhile: 1 });
    expect(page).toContain("left over: vm.nr_hugepages = 512");
    expect(page).toContain("echo 0 &#62;/proc/sys/vm/nr_hugepages");
    expect(page).toContain("1 object or setting that the stack touched");
    expect(page).toMatch(/1 difference that came meanwhile.*mounts: \/run\/user\/0 tmpfs/s);
  });
});
