import { expect, test } from "vitest";
import { containerMacOf, macOf, tapOf } from "./mac.ts";

test("addresses, MAC addresses and taps belong together", () => {
  expect(macOf("198.18.0.11")).toBe("52:54:00:12:00:0b");
  expect(containerMacOf("198.18.0.10")).toBe("02:42:c6:12:00:0a");
  expect(tapOf("198.18.0.11")).toBe("gbt18-0-11");
});

test("the longest tap fits in an interface name; the two halves of the range differ", () => {
  expect(tapOf("198.19.255.254").length).toBeLessThanOrEqual(15);
  expect(tapOf("198.19.0.10")).not.toBe(tapOf("198.18.0.10"));
  expect(macOf("198.19.0.10")).not.toBe(macOf("198.18.0.10"));
});
