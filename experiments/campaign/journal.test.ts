import { appendFileSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { InfraError, ParseError } from "../../infra/errors.ts";
import { isDiskError, openJournal, readJournal } from "./journal.ts";

const started = { event: "campaign.started", at: "2026-01-01T00:00:00.000Z", pid: 1 } as const;
let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "gb-journal-")), "journal.jsonl");
});

test("what is appended is read back; nothing is ever rewritten", () => {
  const journal = openJournal(path);
  journal.append(started);
  const first = readFileSync(path, "utf8");
  journal.append({ ...started, event: "campaign.resumed" });
  journal.close();
  expect(readFileSync(path, "utf8").startsWith(first)).toBe(true);
  expect(readJournal(path).events.map((e) => e.event)).toEqual(["campaign.started", "campaign.resumed"]);
});

test.each(['{"event":"campaign.star', '{"event":"campaign.started"}\n', "\0\0\0\0\n", JSON.stringify(started)])(
  "a torn last line is forgotten, and cut off before the next one: %j",
  (torn) => {
    const journal = openJournal(path);
    journal.append(started);
    journal.close();
    const whole = readFileSync(path, "utf8");
    appendFileSync(path, torn);
    const { events, bytes } = readJournal(path);
    expect(events).toHaveLength(1);
    openJournal(path, bytes).close();
    expect(readFileSync(path, "utf8")).toBe(whole);
  },
);

test("a bad line in the middle is an error that names it", () => {
  writeFileSync(path, `${JSON.stringify(started)}\nnonsense\n${JSON.stringify(started)}\n`);
  expect(() => readJournal(path)).toThrow(ParseError);
  expect(() => readJournal(path)).toThrow(/journal\.jsonl:2: .*nonsense/);
});

test("a full disk: a clear error that says what is kept and what to do", () => {
  symlinkSync("/dev/full", path);
  const journal = openJournal(path);
  const attempt = () => journal.append(started);
  expect(attempt).toThrow(InfraError);
  expect(attempt).toThrow(/the disk is full.*kept.*--resume/);
  try {
    attempt();
  } catch (error) {
    expect(isDiskError(error)).toBe(true);
  }
  expect(isDiskError(new InfraError("x", { cause: new Error("y") }))).toBe(false);
});
