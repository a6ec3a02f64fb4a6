/** The journal: one JSON line per event, on the disk before the next step begins. A last line cut short is forgotten. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { InfraError, ParseError } from "../../infra/errors.ts";
import { type CampaignEvent, eventSchema } from "./results.ts";

export interface Journal {
  append(event: CampaignEvent): void;
  close(): void;
}

export interface JournalContent {
  events: CampaignEvent[];
  /** Bytes up to the end of the last whole line. */
  bytes: number;
}

/** Reads what was written; a torn last line (no newline, or not an event) is left out, any other bad line is an error. */
export function readJournal(path: string): JournalContent {
  const data = readFileSync(path);
  const events: CampaignEvent[] = [];
  let start = 0;
  for (let line = 1; ; line++) {
    const end = data.indexOf(0x0a, start);
    if (end === -1) return { events, bytes: start };
    try {
      events.push(eventSchema.parse(JSON.parse(data.toString("utf8", start, end))));
    } catch (cause) {
      if (end === data.length - 1) return { events, bytes: start };
      throw new ParseError(`${path}:${line}: not a journal event: ${data.toString("utf8", start, end).slice(0, 120)}`, {
        cause,
      });
    }
    start = end + 1;
  }
}

/** Opens for appending; `keepBytes` cuts off a torn last line first. */
export function openJournal(path: string, keepBytes?: number): Journal {
  const file = openSync(path, "a", 0o644);
  if (keepBytes !== undefined) {
    ftruncateSync(file, keepBytes);
    fsyncSync(file);
  }
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
  let good = fstatSync(file).size;
  let closed = false;
  return {
    append(event) {
      const line = Buffer.from(`${JSON.stringify(event)}\n`);
      try {
        for (let done = 0; done < line.length; ) done += writeSync(file, line, done);
        fsyncSync(file);
        good += line.length;
      } catch (cause) {
        forget(file, good);
        throw diskError(path, cause);
      }
    },
    close() {
      if (!closed) closeSync(file);
      closed = true;
    },
  };
}

function forget(file: number, size: number): void {
  try {
    ftruncateSync(file, size);
  } catch {
    // The reader forgets a torn last line as well.
  }
}

const DISK_CODES: Record<string, string> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EIO: "the disk reports an input/output error",
  EROFS: "the file system is read-only",
};

/** True for errors that no retry of a measurement can help. */
export function isDiskError(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause)
    if (Object.hasOwn(DISK_CODES, (e as NodeJS.ErrnoException).code ?? "")) return true;
  return false;
}

function diskError(path: string, cause: unknown): InfraError {
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  const why = DISK_CODES[code] ?? "it cannot be written";
  return new InfraError(`${path}: ${why}. Every finished sample is kept; make room, then go on with --resume.`, {
    cause,
  });
}
