/** The report of a made-up campaign of 1,000 cells, in Chromium: by mouse, keyboard and screen reader, wide and narrow, in light, dark and print. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults, type RunOptions } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixtureCampaign } from "../../analysis/fixtures/campaign.ts";
import { writeLargeCampaign } from "../../analysis/fixtures/large.ts";
import { report } from "../../analysis/index.ts";
import { launchBrowser } from "./page.ts";

let root: string;
let browser: Browser;
/** 10 guests × 100 workloads. */
let large: string;
/** Every section of the page has something to say. */
let varied: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "guestbench-page-"));
  await writeLargeCampaign(join(root, "large"), { guests: 10, workloads: 100, boots: 6, runs: 1, samples: 1 });
  large = (await report(join(root, "large"))).htmlPath;
  await writeFixtureCampaign(join(root, "varied"), { clean: false, tornLine: true });
  varied = (await report(join(root, "varied"))).htmlPath;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(root, { recursive: true, force: true });
});

const wide = { viewport: { width: 1280, height: 900 } };
const narrow = { viewport: { width: 400, height: 800 } };

/** Fails on anything that the page complains about or asks the network for. */
async function open<T>(path: string, options: BrowserContextOptions, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => /^(file|data):/.test(request.url()) || complaints.push(request.url()));
  try {
    await page.goto(pathToFileURL(path).href);
    const result = await use(page);
    expect(complaints).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

const shown = (page: Page) => page.locator("#cells tbody tr:visible");
const said = (page: Page) => page.getByRole("status").textContent();
const column = (page: Page, index: number) =>
  page
    .locator(`#cells tbody tr:visible > :nth-child(${index})`)
    .evaluateAll((all) => all.map((cell) => cell.dataset.sort));

describe("1,000 cells", () => {
  it("are on screen in seconds, in a page of a few megabytes, with a figure for every workload", async () => {
    expect(statSync(large).size).toBeLessThan(6e6);
    const began = performance.now();
    await open(large, wide, async (page) => {
      expect(await said(page)).toBe("1000 cells");
      expect(performance.now() - began).toBeLessThan(10_000);
      expect(await page.locator("svg").count()).toBe(100);
    });
  });

  it("draws a figure only where it is looked at, and a link leads to it", async () => {
    await open(large, wide, async (page) => {
      const last = page.locator(".workload").last();
      const drawn = () => last.locator("svg").evaluate((svg) => svg.checkVisibility({ contentVisibilityAuto: true }));
      expect(await drawn()).toBe(false);
      await page.locator("#cells tbody tr a").last().click();
      await last.locator("svg text").first().waitFor();
      await expect.poll(drawn).toBe(true);
      const top = await last.evaluate((section) => section.getBoundingClientRect().top);
      expect(Math.abs(top)).toBeLessThan(900);
    });
  });

  it("are filtered by words, guest and state, and say how many are left", async () => {
    await open(large, wide, async (page) => {
      await page.getByLabel("Filter", { exact: true }).fill("NETPERF guest3");
      expect(await said(page)).toBe("25 of 1000 cells");
      expect(await shown(page).count()).toBe(25);
      await page.locator("select[name=guest]").selectOption("guest4.kvm");
      expect(await said(page)).toBe("0 of 1000 cells");
      await page.getByLabel("Filter", { exact: true }).fill("");
      expect(await said(page)).toBe("100 of 1000 cells");
      await page.locator("select[name=guest]").selectOption("");
      await page.locator("select[name=state]").selectOption("skipped");
      expect(await said(page)).toBe("14 of 1000 cells");
    });
  });

  it("are sorted by the keyboard alone, numbers by size and what has none last", async () => {
    await open(large, wide, async (page) => {
      await page.getByLabel("Filter", { exact: true }).focus();
      await page.keyboard.type("hackbench");
      const header = page.locator("#cells").getByRole("columnheader", { name: /^Ratio/ });
      for (
        let tabs = 0;
        tabs < 12 && !(await header.evaluate((th) => th.contains(th.ownerDocument.activeElement)));
        tabs++
      )
        await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await header.getAttribute("aria-sort")).toBe("ascending");
      const rising = (await column(page, 4)).filter((value) => value !== "").map(Number);
      expect(rising.length).toBeGreaterThan(150);
      expect(rising).toEqual([...rising].sort((a, b) => a - b));
      await page.keyboard.press("Space");
      expect(await header.getAttribute("aria-sort")).toBe("descending");
      const falling = await column(page, 4);
      expect(falling.filter((value) => value !== "").map(Number)).toEqual([...rising].reverse());
      expect(falling.at(-1)).toBe("");
      expect(await page.locator("[aria-sort]").count()).toBe(1);
    });
  });

  it("are sorted by the control where the table has become cards", async () => {
    await open(large, narrow, async (page) => {
      await page.getByLabel("Sort by").selectOption("Workload");
      await page.getByLabel("descending").check();
      expect((await column(page, 1))[0]).toBe("wrk 6400 B");
      await page.getByLabel("Sort by").selectOption("order planned");
      expect((await column(page, 1))[0]).toBe("netperf 64 B");
    });
  });

  it("are a plain table where no script runs, and on paper", async () => {
    await open(large, { ...wide, javaScriptEnabled: false }, async (page) => {
      expect(await page.locator("#cells-controls").isVisible()).toBe(false);
      expect(await shown(page).count()).toBe(1000);
    });
    await open(large, wide, async (page) => {
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("#cells-controls").isVisible()).toBe(false);
      expect(await page.locator(".tall").evaluate((box) => box.scrollHeight - box.clientHeight)).toBe(0);
      const last = page.locator("svg").last();
      expect(await last.evaluate((svg) => svg.checkVisibility({ contentVisibilityAuto: true }))).toBe(true);
    });
  });
});

describe("for every reader", () => {
  const views: [string, BrowserContextOptions][] = [
    ["a wide screen", wide],
    ["a phone", narrow],
    ["a dark screen", { ...wide, colorScheme: "dark" }],
  ];

  it.each(views)("axe finds no violation on %s", async (_, options) => {
    await open(varied, options, async (page) => expect(await violations(page)).toEqual([]));
  });

  it("axe finds no violation with 1,000 cells", async () => {
    // their colours are those of the page before, and take long to look at
    const options = { rules: { "color-contrast": { enabled: false } } };
    await open(large, wide, async (page) => expect(await violations(page, options)).toEqual([]));
  });

  it("nothing is wider than a phone", async () => {
    for (const path of [large, varied])
      await open(path, narrow, async (page) => {
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(400);
      });
  });
});

/** Evaluated from outside, because the page lets no script run but its own. */
async function violations(page: Page, options: RunOptions = {}): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html)
        .join(" ")}`,
  );
}
