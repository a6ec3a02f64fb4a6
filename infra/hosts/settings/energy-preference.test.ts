import { beforeEach, describe, expect, test } from "vitest";
import { settingContract } from "./contract.ts";
import { energyPreference } from "./energy-preference.ts";
import { governor } from "./governor.ts";
import { onHost } from "./on-host.ts";
import { type RecordedHost, recordedHost } from "./recorded-host.ts";

const POLICIES = "/sys/devices/system/cpu/cpufreq/policy";
const file = `${POLICIES}19/energy_performance_preference`;

settingContract(energyPreference, {
  intel: {
    wanted: "performance",
    description: "balance_performance × 8",
    record: { [`${POLICIES}{0-3,16-19}/energy_performance_preference`]: ["balance_performance", "performance"] },
    otherHands: { part: file, file, content: "power\n", now: "power" },
  },
  amd: { wanted: "performance", lacks: "this host has no energy performance preference" },
  arm: { wanted: "power", lacks: "this host has no energy performance preference" },
});

describe("with the governor performance, which moves the preference", () => {
  let host: RecordedHost;
  beforeEach(() => {
    host = recordedHost("intel");
  });

  test("both are put back", () => {
    const before = host.tree();
    const made = [onHost(host, governor, "performance"), onHost(host, energyPreference, "performance")];
    for (const { create } of made) expect(create()).toMatchObject({ status: 0, stderr: "" });
    for (const { drift } of made) expect(drift()).toEqual([]);
    for (const { remove } of made.toReversed()) expect(remove()).toMatchObject({ status: 0, stderr: "" });
    expect(host.tree()).toEqual(before);
  });

  test("another preference is refused by the driver, which is said", () => {
    onHost(host, governor, "performance").create();
    expect(onHost(host, energyPreference, "power").create()).toMatchObject({
      status: 1,
      stderr: `energy performance preference: ${POLICIES}0/energy_performance_preference cannot be set to power: it is performance (and 7 more)`,
    });
  });
});
