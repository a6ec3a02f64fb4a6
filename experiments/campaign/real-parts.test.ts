/** The engine with its real parts on guests that are small shell scripts: real processes, files and deadlines. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openJournal, readJournal } from "./journal.ts";
import { realParts } from "./parts.ts";
import { measureCampaign } from "./run.ts";
import { type ScriptedCampaign, scriptedCampaign } from "./scripted.ts";

vi.setConfig({ testTimeout: 30_000 });

const eventsOf = (campaign: ScriptedCampaign) => readJournal(campaign.folder.journal).events;
const finished = (campaign: ScriptedCampaign) =>
  eventsOf(campaign).flatMap((e) => (e.event === "run.finished" ? [`${e.cell} ${e.block}`] : []));
const guestsOn = (campaign: ScriptedCampaign) => readdirSync(join(campaign.dir, "power"));
const temporary = () => mkdtempSync(join(tmpdir(), "gb-scripted-"));

function measure(campaign: ScriptedCampaign, signal: AbortSignal) {
  const parts = realParts(campaign.campaign, campaign.outputs, signal);
  return measureCampaign(campaign.campaign, campaign.folder, { ...parts, findWorkload: campaign.findWorkload });
}

test("boots, runs commands in guests, keeps their output, powers off", async () => {
  const campaign = scriptedCampaign(temporary());
  expect(await measure(campaign, new AbortController().signal)).toBe("complete");
  expect(finished(campaign)).toHaveLength(8);
  expect(guestsOn(campaign)).toEqual([]);
  const run = eventsOf(campaign).find((e) => e.event === "run.finished" && e.cell.includes("echo"));
  const raw = run?.event === "run.finished" ? run.raw : [];
  expect(raw).toEqual([expect.stringMatching(/^raw\/b0\.c\d+\.a1\/echo\.txt$/)]);
  expect(readFileSync(join(campaign.folder.path, raw[0] ?? ""), "utf8")).toBe("5\n");
  const most = readFileSync(join(campaign.dir, "power.log"), "utf8").trim().split("\n").map(Number);
  expect(Math.max(...most), "guests with power at once").toBe(1);
});

test("a guest that dies in a run leaves its console beside the failure", async () => {
  const campaign = scriptedCampaign(temporary());
  appendFileSync(join(campaign.dir, "die-once"), "");
  expect(await measure(campaign, new AbortController().signal)).toBe("complete");
  const failed = eventsOf(campaign).filter((e) => e.event === "run.failed");
  expect(failed).toMatchObject([{ class: "infrastructure", error: expect.stringMatching(/lost its power/) }]);
  const raw = failed.flatMap((e) => (e.event === "run.failed" ? e.raw : []));
  expect(readFileSync(join(campaign.folder.path, raw[0] ?? ""), "utf8")).toMatch(/^booting [ab]\.vm$/m);
  expect(finished(campaign)).toHaveLength(8);
});

test("an abort ends a command that hangs in a guest, and the guest, at once", async () => {
  const campaign = scriptedCampaign(temporary());
  appendFileSync(join(campaign.dir, "hang"), "any");
  const abort = new AbortController();
  const measured = measure(campaign, abort.signal);
  await expect.poll(() => existsSync(join(campaign.dir, "hanging")), { timeout: 10_000 }).toBe(true);
  const begun = performance.now();
  abort.abort();
  expect(await measured).toBe("interrupted");
  expect(performance.now() - begun).toBeLessThan(6000);
  expect(guestsOn(campaign)).toEqual([]);
  expect(eventsOf(campaign).filter((e) => e.event === "run.failed")).toEqual([]);
});

test("SIGKILL in the middle of a run: nothing finished is lost or repeated", async () => {
  const dir = temporary();
  appendFileSync(join(dir, "hang"), "b.vm");
  const script = `
    import { realParts } from ${JSON.stringify(join(import.meta.dirname, "parts.ts"))};
    import { measureCampaign } from ${JSON.stringify(join(import.meta.dirname, "run.ts"))};
    import { scriptedCampaign } from ${JSON.stringify(join(import.meta.dirname, "scripted.ts"))};
    const c = scriptedCampaign(${JSON.stringify(dir)});
    const parts = realParts(c.campaign, c.outputs, new AbortController().signal);
    await measureCampaign(c.campaign, c.folder, { ...parts, findWorkload: c.findWorkload });`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], { stdio: "ignore" });
  await expect.poll(() => existsSync(join(dir, "hanging")), { timeout: 10_000 }).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  const campaign = scriptedCampaign(dir);
  const before = finished(campaign);
  const { bytes } = readJournal(campaign.folder.journal);
  const journal = openJournal(campaign.folder.journal, bytes);
  journal.append({ event: "campaign.resumed", at: new Date().toISOString(), pid: process.pid });
  journal.close();
  expect(await measure(campaign, new AbortController().signal)).toBe("complete");
  const after = finished(campaign);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(new Set(after).size).toBe(after.length);
  expect(after).toHaveLength(8);
});
