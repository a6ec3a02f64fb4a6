import { expect, test } from "vitest";
import { nearest, unknownName } from "./nearest.ts";

test.each([
  ["locla", ["local", "lab-kvm"], "local"],
  ["LOCAL", ["local"], "local"],
  ["hackbench", ["nfvrg2016/rtt", "raho2015/hackbench"], "raho2015/hackbench"],
  ["completely-else", ["local"], null],
  ["local", [], null],
])("%s among %j → %s", (name, names, found) => {
  expect(nearest(name, names)).toBe(found);
});

test("one sentence says what was asked for, what was meant, what there is", () => {
  expect(unknownName("spec", "rtt", ["nfvrg2016/rtt"])).toBe(
    'unknown spec "rtt"; did you mean "nfvrg2016/rtt"? (known: nfvrg2016/rtt)',
  );
  expect(unknownName("stack", "x", [])).toBe('unknown stack "x" (there are none)');
});
