/** Reads a campaign's folder: campaign.json, the journal's tables, and environment.json and teardown.json where there are any. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { newestEnvironment } from "../experiments/campaign/first-environment.ts";
import {
  type Campaign,
  type Environment,
  environmentSchema,
  type Teardown,
  teardownSchema,
} from "../experiments/campaign/results.ts";
import { campaignReader, problemsOf } from "../experiments/campaign/versions.ts";
import { ParseError } from "../infra/errors.ts";
import { Journal, unreadable } from "./journal.ts";
import { type Tables, tabulate } from "./tables.ts";

export interface Loaded extends Tables {
  /** Of the campaign's files, as they were written; what follows is in the newest version. */
  version: number;
  campaign: Campaign;
  /** null: not recorded. */
  environment: Environment | null;
  /** null: the stack was not torn down, or nobody looked. */
  teardown: Teardown | null;
  /** The journal's last line where it was cut short. */
  tornLine: number | null;
}

export async function loadCampaign(folder: string): Promise<Loaded> {
  const plan = join(folder, "campaign.json");
  const { campaign, event, version } = campaignReader(await readJson(plan), plan);
  const journal = new Journal(join(folder, "journal.jsonl"), event);
  const tables = tabulate(campaign, journal.lines(), journal.path);
  return {
    version,
    campaign,
    environment: await readOptional(
      join(folder, "environment.json"),
      z.preprocess(newestEnvironment, environmentSchema),
    ),
    teardown: await readOptional(join(folder, "teardown.json"), teardownSchema),
    ...tables,
    tornLine: journal.tornLine,
  };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(unreadable(path));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ParseError(`${path}: not JSON`, { cause });
  }
}

async function readDocument<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(await readJson(path));
  if (result.success) return result.data;
  throw new ParseError(`${path}: ${problemsOf(result.error)}`);
}

/** null where there is no such file; a ParseError names the file and what is wrong with it. */
export async function readOptional<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return await readDocument(path, schema);
  } catch (error) {
    if (error instanceof ParseError && (error.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT")
      return null;
    throw error;
  }
}
