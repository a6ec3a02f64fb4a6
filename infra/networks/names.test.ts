import { expect, test } from "vitest";
import { tapOf, vethOf, vhostUserPortOf } from "./names.ts";

test.each([
  [tapOf, "gbt18-0-11"],
  [vhostUserPortOf, "gbv18-0-11"],
  [vethOf, "gbc18-0-11"],
])("%#: addresses and ports belong together, and fit in an interface name", (name, port) => {
  expect(name("198.18.0.11")).toBe(port);
  expect(name("198.19.255.254").length).toBeLessThanOrEqual(15);
  expect(name("198.19.0.10")).not.toBe(name("198.18.0.10"));
});
