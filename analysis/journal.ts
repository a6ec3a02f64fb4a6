/** Reads a campaign's journal. A last line cut short by a kill is left out and reported; any other bad line is an error. */
import { readFile } from "node:fs/promises";
import type { CampaignEvent } from "../experiments/campaign/results.ts";
import { problemsOf, type Reader } from "../experiments/campaign/versions.ts";
import { ParseError } from "../infra/errors.ts";

export interface JournalLine {
  event: CampaignEvent;
  line: number;
}

export interface Journal {
  lines: JournalLine[];
  /** Number of the last line where it was cut short; null where the journal is whole. */
  tornLine: number | null;
}

/** Lines are read by the campaign's reader: it knows the version they were written in. */
export async function readJournal(path: string, read: Reader<unknown, CampaignEvent>["event"]): Promise<Journal> {
  const texts = (await readFile(path, "utf8").catch(unreadable(path))).split("\n");
  const unterminated = texts.pop() ?? "";
  const lines: JournalLine[] = [];
  for (const [index, text] of texts.entries()) {
    const event = parseEvent(text, read);
    const last = index === texts.length - 1 && unterminated === "";
    if (event.success) lines.push({ event: event.data, line: index + 1 });
    else if (last) return { lines, tornLine: index + 1 };
    else throw new ParseError(`${path}:${index + 1}: ${event.problem}: ${text.slice(0, 120)}`);
  }
  return { lines, tornLine: unterminated === "" ? null : texts.length + 1 };
}

function parseEvent(
  text: string,
  read: Reader<unknown, CampaignEvent>["event"],
): { success: true; data: CampaignEvent } | { success: false; problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { success: false, problem: "not JSON" };
  }
  const result = read(value);
  return result.success ? result : { success: false, problem: `not a journal event (${problemsOf(result.error)})` };
}

/** A file that is not there or cannot be read, as an error that says which. */
export function unreadable(path: string) {
  return (cause: unknown): never => {
    throw new ParseError(`${path}: cannot be read`, { cause });
  };
}
