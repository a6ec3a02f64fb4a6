import { expect, it } from "vitest";
import { bootsNeeded } from "./ratios.ts";

it.each([
  // two sides of 5 lie apart by chance in 2 of 252 cases, of 6 in 2 of 924, of 7 in 2 of 3432, of 10 in 2 of 184756
  [1, 5],
  [6, 5],
  [7, 6],
  [23, 6],
  [24, 7],
  [85, 7],
  [86, 8],
  [4000, 10],
])("%d comparisons together need %d boots of each side", (comparisons, boots) => {
  expect(bootsNeeded(comparisons)).toBe(boots);
});
