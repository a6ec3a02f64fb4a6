/**
 * Reads a campaign's journal line by line, so that its size does not matter. A last line cut short by a kill is left out and
 * reported; any other bad line is an error.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { CampaignEvent } from "../experiments/campaign/results.ts";
import { problemsOf, type Reader } from "../experiments/campaign/versions.ts";
import { ParseError } from "../infra/errors.ts";

export interface JournalLine {
  event: CampaignEvent;
  line: number;
}

const CHUNK_BYTES = 1 << 20;

/** Lines are read by the campaign's reader: it knows the version they were written in. */
export class Journal {
  /** Number of the last line where it was cut short; null where the journal is whole. Known once all lines were read. */
  tornLine: number | null = null;
  readonly path: string;
  readonly #read: Reader<unknown, CampaignEvent>["event"];

  constructor(path: string, read: Reader<unknown, CampaignEvent>["event"]) {
    this.path = path;
    this.#read = read;
  }

  *lines(): Generator<JournalLine> {
    let line = 0;
    let bad: ParseError | null = null;
    for (const { text, whole } of textLines(this.path)) {
      // only the last one may be cut short
      if (bad) throw bad;
      line++;
      const event = whole ? this.#parse(text) : { success: false as const, problem: "cut short" };
      if (event.success) {
        yield { event: event.data, line };
        continue;
      }
      bad = new ParseError(`${this.path}:${line}: ${event.problem}: ${text.slice(0, 120)}`);
    }
    this.tornLine = bad ? line : null;
  }

  #parse(text: string): { success: true; data: CampaignEvent } | { success: false; problem: string } {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { success: false, problem: "not JSON" };
    }
    const result = this.#read(value);
    return result.success ? result : { success: false, problem: `not a journal event (${problemsOf(result.error)})` };
  }
}

/** Each line; `whole` is false for a rest without a line's end. */
function* textLines(path: string): Generator<{ text: string; whole: boolean }> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    return unreadable(path)(cause);
  }
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const decoder = new StringDecoder("utf8");
    let rest = "";
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
      const texts = (rest + decoder.write(chunk.subarray(0, size))).split("\n");
      rest = texts.pop() as string;
      for (const text of texts) yield { text, whole: true };
    }
    rest += decoder.end();
    if (rest !== "") yield { text: rest, whole: false };
  } finally {
    closeSync(file);
  }
}

/** A file that is not there or cannot be read, as an error that says which. */
export function unreadable(path: string) {
  return (cause: unknown): never => {
    throw new ParseError(`${path}: cannot be read`, { cause });
  };
}
