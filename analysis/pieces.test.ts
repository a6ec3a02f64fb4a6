import { expect, it } from "vitest";
import { pieces, summaryJson } from "./pieces.ts";
import type { Summary } from "./summary.ts";

it("puts small parts together and loses none", () => {
  const parts = Array.from({ length: 300_000 }, (_, i) => `line ${i}\n`);
  const whole = [...pieces(parts)];
  expect(whole.length).toBeGreaterThan(1);
  expect(whole.length).toBeLessThan(10);
  expect(whole.join("") === parts.join("")).toBe(true);
  expect([...pieces([])]).toEqual([]);
});

it("writes what JSON.parse reads back, a cell a line", () => {
  const summary = { schemaVersion: 1, cells: [{ id: 'a"b' }, { id: "c" }], skipped: [], teardown: null };
  const text = [...summaryJson(summary as unknown as Summary)].join("");
  expect(JSON.parse(text)).toEqual(summary);
  expect(text.split("\n").filter((line) => line.startsWith('{"id"'))).toHaveLength(2);
});
