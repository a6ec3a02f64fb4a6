import { describe, expect, it } from "vitest";
import { ParseError } from "../../infra/errors.ts";
import { fakeContext } from "./lib/fake-context.ts";
import { fixture } from "./lib/fixture.ts";
import { fuzz } from "./lib/fuzz.ts";
import unixbench, { parseUnixbench } from "./unixbench.ts";

const whole = fixture("unixbench-index.txt");
const partial = fixture("unixbench-partial.txt");

describe("unixbench", () => {
  it("reads every test's own score, and the index where all ran", () => {
    const { scores, index } = parseUnixbench(whole);
    expect(scores.dhrystone).toEqual({ value: 30971628.9, seconds: 10, passes: 7 });
    expect(scores.shell8).toEqual({ value: 2183.9, seconds: 60, passes: 2 });
    expect(Object.keys(scores)).toHaveLength(9);
    expect(index?.value).toBe(1295.6);
    expect(parseUnixbench(partial)).toEqual({ scores: { syscall: { value: 3789860.2, seconds: 10, passes: 1 } } });
  });

  it("does not take a part for the whole", () => {
    expect(() => parseUnixbench("")).toThrow(ParseError);
    expect(() => parseUnixbench(whole.slice(0, 120))).toThrow(ParseError);
    expect(() => parseUnixbench(partial + partial)).toThrow(/more than one report/);
    expect(() => parseUnixbench(partial.replace(" lps ", " lpm "))).toThrow(/in lpm, not in lps/);
  });

  it("gives scores or says why not, whatever it reads", () => {
    fuzz(parseUnixbench, ["unixbench-index.txt", "unixbench-partial.txt"], ({ scores, index }) => {
      const values = [...Object.values(scores), ...(index ? [index] : [])].map(({ value }) => value);
      expect(values.length).toBeGreaterThan(0);
      expect(values.every((value) => value > 0)).toBe(true);
    });
  });

  it("runs one copy, and takes the score that was asked for", async () => {
    const { context, asked, raw } = fakeContext({
      parameters: { test: "syscall" as const, iterations: 1 },
      inGuest: () => partial,
    });
    expect(await unixbench.run(context)).toMatchObject([{ metric: "score", value: 3789860.2, unit: "lps" }]);
    expect(asked[0]).toMatch(/LC_ALL=C \.\/Run -c 1 -i 1 syscall$/);
    expect(raw.get("unixbench.txt")).toBe(partial);
    const index = fakeContext({ parameters: { test: "index" as const }, inGuest: () => whole });
    expect(await unixbench.run(index.context)).toHaveLength(10);
    const none = fakeContext({ parameters: { test: "index" as const }, inGuest: () => partial });
    await expect(unixbench.run(none.context)).rejects.toThrow(/no score of System Benchmarks Index Score/);
    expect(unixbench.measures?.({ test: "whetstone" })).toEqual({ metric: "score", unit: "MWIPS" });
  });
});
