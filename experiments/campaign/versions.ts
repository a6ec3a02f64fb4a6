/**
 * Reads the files of every version there has been. campaign.json states the version (`schemaVersion`), and it counts for the
 * journal beside it too. A version is one entry: its schemas, and what makes its documents those of the next version. When
 * the files change, the present schemas move into an entry that says `next`, and the changed ones follow it.
 */
import { z } from "zod";
import { ParseError } from "../../infra/errors.ts";
import { type Campaign, type CampaignEvent, campaignSchema, eventSchema } from "./results.ts";

export interface FileVersion {
  campaign: z.ZodType;
  event: z.ZodType;
  /** Absent for the newest version. Both get what this version's schema has accepted. */
  next?: { campaign: (document: unknown) => unknown; event: (event: unknown) => unknown };
}

export interface Reader<C, E> {
  /** As stated in campaign.json. */
  version: number;
  campaign: C;
  /** Reads one line of the journal. */
  event: (value: unknown) => z.ZodSafeParseResult<E>;
}

/** Version 1 first. */
const versions: readonly FileVersion[] = [{ campaign: campaignSchema, event: eventSchema }];

const stated = z.looseObject({ schemaVersion: z.number().int().positive() });

export function campaignReader(document: unknown, path: string): Reader<Campaign, CampaignEvent> {
  return readerAmong<Campaign, CampaignEvent>(versions, document, path);
}

/** C and E are what the newest of the versions describes. */
export function readerAmong<C, E>(known: readonly FileVersion[], document: unknown, path: string): Reader<C, E> {
  const version = stated.safeParse(document);
  if (!version.success) throw new ParseError(`${path}: schemaVersion: expected a version of the format, 1 or above`);
  const number = version.data.schemaVersion;
  if (number > known.length)
    throw new ParseError(
      `${path}: schemaVersion: ${number} was written by a newer guestbench; this one reads up to ${known.length}`,
    );
  const chain = known.slice(number - 1);
  const campaign = upgrade(chain, "campaign", document);
  if (!campaign.success) throw new ParseError(`${path}: ${problemsOf(campaign.error)}`);
  return {
    version: number,
    campaign: campaign.data as C,
    event: (value) => upgrade(chain, "event", value) as z.ZodSafeParseResult<E>,
  };
}

/** Through every version from the one it was written in; each result is checked by that version's own schema. */
function upgrade(chain: readonly FileVersion[], what: "campaign" | "event", value: unknown) {
  let current = value;
  for (const { [what]: schema, next } of chain) {
    const result = schema.safeParse(current);
    if (!result.success || !next) return result;
    current = next[what](result.data);
  }
  throw new Error("the newest version of the files has no successor");
}

export function problemsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "document"}: ${issue.message}`).join("; ");
}
