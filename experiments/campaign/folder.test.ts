import { mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { testEnvironment } from "../../infra/environment/testing.ts";
import { ConfigError, ParseError } from "../../infra/errors.ts";
import {
  createFolder,
  environmentHash,
  findCampaign,
  folderAt,
  listCampaigns,
  newCampaignId,
  pointLatest,
  readCampaign,
  readEnvironment,
  writeAtomic,
} from "./folder.ts";
import { testbed } from "./testbed.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "gb-results-"));
});

test("ids hold stack and UTC time, and are not the same twice in a second", () => {
  const at = new Date("2026-03-04T05:06:07.890Z");
  expect(newCampaignId("local", at)).toMatch(/^local-20260304T050607Z-[0-9a-f]{4}$/);
  expect(new Set(Array.from({ length: 20 }, () => newCampaignId("local", at))).size).toBeGreaterThan(15);
});

test("campaigns are listed by time over all stacks, other folders are not campaigns, latest follows", () => {
  for (const id of ["lab-20260102T000000Z-aaaa", "local-20260101T000000Z-bbbb", "other"]) createFolder(dir, id);
  expect(listCampaigns(dir)).toEqual(["local-20260101T000000Z-bbbb", "lab-20260102T000000Z-aaaa"]);
  expect(findCampaign(dir).id).toBe("lab-20260102T000000Z-aaaa");
  pointLatest(dir, "local-20260101T000000Z-bbbb");
  pointLatest(dir, "lab-20260102T000000Z-aaaa");
  expect(realpathSync(join(dir, "latest"))).toBe(realpathSync(join(dir, "lab-20260102T000000Z-aaaa")));
  expect(listCampaigns(join(dir, "nowhere"))).toEqual([]);
});

test("an unknown campaign is answered with the nearest name; none at all with what to do", () => {
  expect(() => findCampaign(dir)).toThrow(/no campaign .*guestbench run/);
  createFolder(dir, "local-20260101T000000Z-bbbb");
  expect(() => findCampaign(dir, "local-20260101T000000Z-bbbc")).toThrow(ConfigError);
  expect(() => findCampaign(dir, "local-20260101T000000Z-bbbc")).toThrow(/did you mean "local-20260101T000000Z-bbbb"/);
  writeFileSync(join(dir, "local-20260101T000000Z-bbbb", "journal.jsonl"), "");
  expect(findCampaign("/nowhere", join(dir, "local-20260101T000000Z-bbbb")).id).toBe("local-20260101T000000Z-bbbb");
});

test("a write is whole or not at all, and leaves nothing beside", () => {
  writeAtomic(join(dir, "a"), "1");
  writeAtomic(join(dir, "a"), "2");
  expect(readFileSync(join(dir, "a"), "utf8")).toBe("2");
  expect(() => writeAtomic(join(dir, "no", "a"), "1")).toThrow();
  expect(readdirSync(dir)).toEqual(["a"]);
});

test("campaign.json: read back as written; null where there is none; an error that names the field", () => {
  const { folder, campaign } = testbed();
  expect(readCampaign(folder)).toEqual(campaign);
  expect(readCampaign(folderAt(dir))).toBeNull();
  writeFileSync(folder.campaign, JSON.stringify({ ...campaign, minBoots: -1 }));
  expect(() => readCampaign(folder)).toThrow(ParseError);
  expect(() => readCampaign(folder)).toThrow(/minBoots/);
});

test("the environment's hash does not depend on the order of keys", () => {
  const hash = (settings: Record<string, string>) =>
    environmentHash(testEnvironment((environment) => Object.assign(environment, { settings })));
  expect(hash({ a: "1", b: "2" })).toBe(hash({ b: "2", a: "1" }));
  expect(hash({ a: "1" })).not.toBe(hash({ a: "2" }));
});

test("an environment that an older version wrote is refused in one sentence", () => {
  const folder = createFolder(dir, "local-20260101T000000Z-0000");
  writeFileSync(folder.environment, JSON.stringify({ schemaVersion: 1, stack: "s", host: {}, images: {} }));
  const read = () => readEnvironment(folder);
  expect(read).toThrow(/environment\.json: schemaVersion: .*of version 1, this guestbench reads version 2/);
  expect(read).not.toThrow(/hardware/);
});
