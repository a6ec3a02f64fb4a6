import { describe, expect, test } from "vitest";
import { diffLines, diffTrees } from "./tree-diff.ts";

describe("trees", () => {
  test("the same is no difference, in whatever order its fields stand", () => {
    expect(diffTrees({ a: 1, b: { c: ["x"], d: null } }, { b: { d: null, c: ["x"] }, a: 1 })).toEqual([]);
  });

  test("values, with their path and both sides", () => {
    expect(diffTrees({ a: { b: 1, c: "x" } }, { a: { b: 2, c: "x", d: true } })).toEqual([
      { path: ["a", "b"], before: "1", after: "2", lines: null },
      { path: ["a", "d"], before: null, after: "true", lines: null },
    ]);
  });

  test("a whole record that is only on one side is one difference, told by its size", () => {
    expect(diffTrees({ guest: { a: 1, b: 2 } }, {})).toEqual([
      { path: ["guest"], before: "2 fields", after: null, lines: null },
    ]);
    expect(diffTrees({}, { list: ["a"] })).toMatchObject([{ before: null, after: "1 line", lines: null }]);
  });

  test("fields that are named come in that order, others by name after them", () => {
    const changed = diffTrees({}, { zebra: 1, apple: 1, second: 1, first: 1 }, ["first", "second"]);
    expect(changed.map(({ path }) => path[0])).toEqual(["first", "second", "apple", "zebra"]);
  });

  test("lists by their lines", () => {
    expect(diffTrees({ flags: ["a", "b", "c"] }, { flags: ["b", "c", "d"] })).toEqual([
      { path: ["flags"], before: "3 lines", after: "3 lines", lines: ["- a", "+ d"] },
    ]);
    expect(diffTrees({ text: [] }, { text: ["x"] })).toMatchObject([{ before: null, after: "1 line", lines: ["+ x"] }]);
  });
});

test("lines turn the one text into the other with as few changes as there are", () => {
  expect(diffLines([], [])).toEqual([]);
  expect(diffLines(["a"], ["a"])).toEqual([]);
  expect(diffLines(["a", "x", "b", "b"], ["a", "b", "y", "b"])).toEqual(["- x", "+ y"]);
  const texts = ["", "a", "ab", "ba", "abc", "cab", "aabb", "bbaa", "abab", "abcabc", "ccc"].map((text) => [...text]);
  for (const old of texts)
    for (const now of texts) {
      const lines = diffLines(old, now);
      const count = (sign: string, char: string) => lines.filter((line) => line === `${sign} ${char}`).length;
      for (const char of "abc") {
        const difference = now.filter((c) => c === char).length - old.filter((c) => c === char).length;
        expect(count("+", char) - count("-", char)).toBe(difference);
      }
      expect(old.length + now.length - lines.length).toBe(2 * longestCommon(old, now));
    }
});

/** By trying, to compare with. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const [first, ...rest] = a;
  if (first === undefined) return 0;
  const found = b.indexOf(first);
  return Math.max(longestCommon(rest, b), found < 0 ? 0 : 1 + longestCommon(rest, b.slice(found + 1)));
}
