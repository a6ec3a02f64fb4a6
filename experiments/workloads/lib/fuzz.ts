/** What every parser must do with anything: give a result or throw ParseError (WorkloadError where the tool itself failed). */
import fc from "fast-check";
import { ParseError, WorkloadError } from "../../../infra/errors.ts";
import { fixture } from "./fixture.ts";

/** Real output cut off, with parts replaced, doubled or mixed; and text of any kind. */
function anyOutput(files: readonly string[]): fc.Arbitrary<string> {
  const texts = fc.constantFrom(...files.map(fixture));
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  const noise = fc.oneof(fc.string(), fc.constantFrom("-nan", "inf", "0", "0.00", "-1", "1e999", " ", "\n", ",", "\0"));
  const damaged = fc.tuple(texts, at, at, noise).map(([text, first, second, inserted]) => {
    const [from, to] = [first, second].map((part) => Math.floor(part * text.length)).sort((a, b) => a - b);
    return text.slice(0, from) + inserted + text.slice(to);
  });
  const lines = fc.tuple(texts, fc.func(fc.double({ min: 0, max: 3, noNaN: true }))).map(([text, times]) =>
    text
      .split("\n")
      .flatMap((line) => Array<string>(Math.floor(times(line))).fill(line))
      .join("\n"),
  );
  const cut = fc.tuple(texts, at).map(([text, part]) => text.slice(0, Math.floor(part * text.length)));
  return fc.oneof(cut, damaged, lines, fc.string());
}

/** Throws with the smallest text for which the parser breaks its promise; `check` looks at what it returned. */
export function fuzz<T>(parse: (text: string) => T, files: readonly string[], check: (result: T) => void): void {
  fc.assert(
    fc.property(anyOutput(files), (text) => {
      let result: T;
      try {
        result = parse(text);
      } catch (error) {
        if (error instanceof ParseError || error instanceof WorkloadError) return;
        throw error;
      }
      check(result);
    }),
    { numRuns: 500 },
  );
}
