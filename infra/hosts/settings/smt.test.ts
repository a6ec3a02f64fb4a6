import { describe, expect, test } from "vitest";
import { settingContract } from "./contract.ts";
import { onHost } from "./on-host.ts";
import { recordedHost } from "./recorded-host.ts";
import { smt } from "./smt.ts";

const FILE = "/sys/devices/system/cpu/smt/control";
const off = {
  wanted: false,
  description: "on",
  record: { [FILE]: ["on", "off"] as [string, string] },
  otherHands: { part: FILE, file: FILE, content: "on\n", now: "on" },
};

settingContract(smt, {
  intel: off,
  amd: off,
  arm: { wanted: false, lacks: "this host has no switch for simultaneous multithreading" },
});

describe("off for good", () => {
  test.each(["forceoff", "notsupported"])("%s is off, and cannot be on", (state) => {
    const host = recordedHost("intel");
    host.write(FILE, `${state}\n`);
    const { create, record, probe } = onHost(host, smt, false);
    expect(create()).toMatchObject({ status: 0, stderr: "" });
    expect(record()).toEqual([`${FILE}\t${state}\t${state}`]);
    expect(smt.lacks(true, probe())).toBe(`simultaneous multithreading is off for good here: ${state}`);
  });
});
