/** A campaign's folder below results/: names, paths, atomic writes, and which campaign is the latest. */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import type { z } from "zod";
import { renderEnvironment } from "../../infra/environment/schema.ts";
import { ConfigError, ParseError } from "../../infra/errors.ts";
import { unknownName } from "../../infra/nearest.ts";
import { type Campaign, campaignSchema, type Environment, environmentSchema, type Teardown } from "./results.ts";
import { campaignReader } from "./versions.ts";

export interface CampaignFolder {
  id: string;
  path: string;
  journal: string;
  campaign: string;
  environment: string;
  teardown: string;
}

export function folderAt(path: string): CampaignFolder {
  return {
    id: basename(path),
    path,
    journal: join(path, "journal.jsonl"),
    campaign: join(path, "campaign.json"),
    environment: join(path, "environment.json"),
    teardown: join(path, "teardown.json"),
  };
}

/** `<stack>-<UTC time>-<4 hex digits>`: sorts by time within a stack. */
export function newCampaignId(stack: string, at: Date): string {
  const time = at.toISOString().replace(/[-:]|\.\d+/g, "");
  return `${stack}-${time}-${randomBytes(2).toString("hex")}`;
}

export function createFolder(resultsDir: string, id: string): CampaignFolder {
  const folder = folderAt(join(resultsDir, id));
  mkdirSync(resultsDir, { recursive: true });
  mkdirSync(folder.path);
  mkdirSync(join(folder.path, "raw"));
  return folder;
}

/** Whole or not at all: written beside, synced, renamed. */
export function writeAtomic(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text, { flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  const folder = openSync(join(path, ".."), "r");
  fsyncSync(folder);
  closeSync(folder);
}

const asText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

export function writeCampaign(folder: CampaignFolder, campaign: Campaign): void {
  writeAtomic(folder.campaign, asText(campaignSchema.parse(campaign)));
}

export function writeEnvironment(folder: CampaignFolder, environment: Environment): void {
  writeAtomic(folder.environment, renderEnvironment(environment));
}

export function writeTeardown(folder: CampaignFolder, teardown: Teardown): void {
  writeAtomic(folder.teardown, asText(teardown));
}

/** Of environment.json as it is written: independent of the order of keys. */
export function environmentHash(environment: Environment): string {
  return createHash("sha256").update(renderEnvironment(environment)).digest("hex");
}

/** As `findCampaign`, of those that have a plan; throws a ConfigError that says what there is nothing to do of: "report". */
export function findPlanned(root: string, name: string | undefined, purpose: string): CampaignFolder {
  const folder = findCampaign(root, name);
  if (readCampaign(folder) !== null) return folder;
  throw new ConfigError(`campaign ${folder.id} ended before it had a plan: there is nothing to ${purpose}`);
}

/** Several of them; one ConfigError names all that are none. */
export function findAllPlanned(
  root: string,
  names: readonly (string | undefined)[],
  purpose: string,
  problems: readonly string[] = [],
): CampaignFolder[] {
  const found: CampaignFolder[] = [];
  const all = [...problems];
  for (const name of names) {
    try {
      found.push(findPlanned(root, name, purpose));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      all.push(...error.problems);
    }
  }
  if (all.length > 0) throw new ConfigError([...new Set(all)]);
  return found;
}

/** null: the folder has none (the campaign ended before anything was measured). */
export function readCampaign(folder: CampaignFolder): Campaign | null {
  if (!existsSync(folder.campaign)) return null;
  return campaignReader(readJson(folder.campaign), folder.campaign).campaign;
}

export function readEnvironment(folder: CampaignFolder): Environment {
  return readDocument(folder.environment, environmentSchema);
}

function readDocument<T>(path: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(readJson(path));
  if (result.success) return result.data;
  throw new ParseError(`${path}: ${result.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`).join("; ")}`);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new ParseError(`${path}: not readable as JSON`, { cause });
  }
}

const idPattern = /^(.+)-(\d{8}T\d{6}Z)-[0-9a-f]{4}$/;

/** The stack a campaign's name begins with. */
export function stackOfCampaign(id: string): string {
  return idPattern.exec(id)?.[1] ?? "";
}

/** Campaign ids, oldest first (by the time in their name). */
export function listCampaigns(resultsDir: string): string[] {
  if (!existsSync(resultsDir)) return [];
  const time = (id: string) => idPattern.exec(id)?.[2];
  return readdirSync(resultsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && time(entry.name) !== undefined)
    .map((entry) => entry.name)
    .sort((a, b) => `${time(a)}`.localeCompare(`${time(b)}`) || a.localeCompare(b));
}

/** results/latest, for people; replaced in one step. */
export function pointLatest(resultsDir: string, id: string): void {
  const beside = join(resultsDir, `.latest.${process.pid}`);
  rmSync(beside, { force: true });
  symlinkSync(id, beside);
  renameSync(beside, join(resultsDir, "latest"));
}

/** By id, by path, or the latest where none is named. */
export function findCampaign(resultsDir: string, name?: string): CampaignFolder {
  const ids = listCampaigns(resultsDir);
  if (name === undefined || name === "latest") {
    const last = ids.at(-1);
    if (last === undefined)
      throw new ConfigError(`no campaign below ${resultsDir} yet: start one with \`guestbench run\``);
    return folderAt(join(resultsDir, last));
  }
  if (ids.includes(name)) return folderAt(join(resultsDir, name));
  const path = resolve(name);
  if (existsSync(join(path, "journal.jsonl"))) return folderAt(path);
  throw new ConfigError(unknownName("campaign", name, ids.slice(-20)));
}
