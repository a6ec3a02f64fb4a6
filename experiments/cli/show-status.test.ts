import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { createFolder, folderAt } from "../campaign/folder.ts";
import { openJournal, readJournal } from "../campaign/journal.ts";
import { testTeardown } from "../campaign/testbed.ts";
import { closeCampaigns } from "./close-campaigns.ts";
import { acquireStack, readHolder } from "./lock.ts";
import { type Places, statusOfStack } from "./show-status.ts";

const id = "local-20260101T000000Z-aaaa";
const at = new Date(Date.now() - 10_000).toISOString();
let places: Places;
beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), "gb-status-"));
  places = { localDir: dir, resultsDir: join(dir, "results") };
  const folder = createFolder(places.resultsDir, id);
  const journal = openJournal(folder.journal);
  journal.append({ event: "campaign.started", at, pid: process.pid });
  journal.append({ event: "step.started", at, step: "up" });
  journal.close();
  writeFileSync(join(dir, "estimates.json"), JSON.stringify({ "local/up": 60_000 }));
});

test("while the stack is provisioned: the step, since when, how long", () => {
  const release = acquireStack(places.localDir, "local", "guestbench run", id);
  const { command, campaign } = statusOfStack("local", places);
  expect(command).toMatchObject({ alive: true, campaign: id, pid: process.pid });
  expect(campaign).toMatchObject({ campaign: id, state: "running", step: "up" });
  expect(campaign?.elapsedMs).toBeGreaterThanOrEqual(10_000);
  expect(campaign?.remainingMs).toBeLessThanOrEqual(50_000);
  release();
  expect(statusOfStack("local", places)).toMatchObject({ command: null, campaign: { state: "dead" } });
  expect(statusOfStack("other", places)).toEqual({ stack: "other", command: null, campaign: null });
});

test("a killed campaign is dead, until recover has closed it", () => {
  acquireStack(places.localDir, "local", "guestbench run", id);
  const dead = { ...readHolder(places.localDir, "local"), identity: "another boot 1" };
  writeFileSync(join(places.localDir, "running", "local.json"), JSON.stringify(dead));
  expect(statusOfStack("local", places)).toMatchObject({ command: { alive: false }, campaign: { state: "dead" } });

  const { journal, teardown } = folderAt(join(places.resultsDir, id));
  appendFileSync(journal, '{"event":"run.fin');
  const evidence = testTeardown(true);
  expect(closeCampaigns(places.resultsDir, "other", evidence)).toEqual([]);
  expect(closeCampaigns(places.resultsDir, "local", evidence)).toEqual([id]);
  expect(readJournal(journal).events.map((e) => e.event)).toEqual([
    "campaign.started",
    "step.started",
    "campaign.finished",
  ]);
  expect(JSON.parse(readFileSync(teardown, "utf8"))).toEqual(evidence);
  expect(closeCampaigns(places.resultsDir, "local", evidence), "only once").toEqual([]);
  expect(statusOfStack("local", places).campaign).toMatchObject({ state: "interrupted" });
});
