/** Opens a report in the system's Chromium and says what a reader would notice. */
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface PageFindings {
  title: string;
  consoleErrors: string[];
  requests: string[];
  figures: { drawn: boolean; label: string }[];
  scrollWidth: number;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
}

/** Loads the page at a width, and optionally stores a screenshot of all of it. */
export async function inspectPage(htmlPath: string, width: number, screenshot?: string): Promise<PageFindings> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const consoleErrors: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => message.type() === "error" && consoleErrors.push(message.text()));
    page.on("pageerror", (error) => consoleErrors.push(error.message));
    page.on("request", (request) => request.url().startsWith("file:") || requests.push(request.url()));
    await page.goto(pathToFileURL(htmlPath).href);
    const figures = await page.locator('svg[role="img"]').evaluateAll((all) =>
      all.map((svg) => {
        const { width: wide, height: high } = svg.getBoundingClientRect();
        const marks = svg.querySelectorAll("path, circle, rect, line").length;
        return { drawn: wide > 50 && high > 20 && marks > 3, label: svg.getAttribute("aria-label") ?? "" };
      }),
    );
    const scrollWidth = await page.evaluate("document.documentElement.scrollWidth");
    if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
    return { title: await page.title(), consoleErrors, requests, figures, scrollWidth: Number(scrollWidth) };
  } finally {
    await browser.close();
  }
}
