import { expect, test } from "vitest";
import { containerMacOf, macOf } from "./mac.ts";

test("addresses and MAC addresses belong together", () => {
  expect(macOf("198.18.0.11")).toBe("52:54:00:12:00:0b");
  expect(containerMacOf("198.18.0.10")).toBe("02:42:c6:12:00:0a");
});

test("the two halves of the range differ", () => {
  expect(macOf("198.19.0.10")).not.toBe(macOf("198.18.0.10"));
});
