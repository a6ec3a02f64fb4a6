/** Reads a campaign's folder: campaign.json, the journal's tables, and environment.json and teardown.json where there are any. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import {
  type Campaign,
  campaignSchema,
  type Environment,
  environmentSchema,
  type Teardown,
  teardownSchema,
} from "../experiments/campaign/results.ts";
import { ParseError } from "../infra/errors.ts";
import { problemsOf, readJournal, unreadable } from "./journal.ts";
import { type Tables, tabulate } from "./tables.ts";

export interface Loaded extends Tables {
  campaign: Campaign;
  /** null: not recorded. */
  environment: Environment | null;
  /** null: the stack was not torn down, or nobody looked. */
  teardown: Teardown | null;
  /** The journal's last line where it was cut short. */
  tornLine: number | null;
}

export async function loadCampaign(folder: string): Promise<Loaded> {
  const campaign = await readDocument(join(folder, "campaign.json"), campaignSchema);
  const journal = await readJournal(join(folder, "journal.jsonl"));
  const tables = tabulate(campaign, journal.lines, join(folder, "journal.jsonl"));
  return {
    campaign,
    environment: await readOptional(join(folder, "environment.json"), environmentSchema),
    teardown: await readOptional(join(folder, "teardown.json"), teardownSchema),
    ...tables,
    tornLine: journal.tornLine,
  };
}

async function readDocument<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, "utf8").catch(unreadable(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ParseError(`${path}: not JSON`, { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ParseError(`${path}: ${problemsOf(result.error)}`);
}

async function readOptional<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return await readDocument(path, schema);
  } catch (error) {
    if (error instanceof ParseError && (error.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT")
      return null;
    throw error;
  }
}
