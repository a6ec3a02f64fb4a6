import { expect, test } from "vitest";
import { parseOutputs } from "./known-outputs.ts";

test("a stack that was destroyed, or is half up, has no outputs", () => {
  expect(parseOutputs("{}")).toBeNull();
  expect(parseOutputs('{"schemaVersion":1,"stack":"local"}')).toBeNull();
});
