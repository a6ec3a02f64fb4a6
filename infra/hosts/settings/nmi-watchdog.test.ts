import { expect, test } from "vitest";
import { settingContract } from "./contract.ts";
import { nmiWatchdog } from "./nmi-watchdog.ts";

const FILE = "/proc/sys/kernel/nmi_watchdog";
const off = {
  wanted: false,
  description: "on",
  record: { [FILE]: ["1", "0"] as [string, string] },
  otherHands: { part: FILE, file: FILE, content: "1\n", now: "1" },
};

settingContract(nmiWatchdog, { intel: off, amd: off, arm: { wanted: false, lacks: "this host has no NMI watchdog" } });

test("a machine without performance counters has it off for good", () => {
  const found = { values: { [FILE]: "0" }, readOnly: [FILE] };
  expect(nmiWatchdog.lacks(true, found)).toBe(`${FILE} is 0 and read-only on this host`);
  expect(nmiWatchdog.lacks(false, found)).toBeNull();
});
