import { expect, test } from "vitest";
import { settingContract } from "./contract.ts";
import { governor } from "./governor.ts";

const CPUFREQ = "/sys/devices/system/cpu/cpufreq";

settingContract(governor, {
  intel: {
    wanted: "performance",
    description: "powersave × 8",
    record: {
      [`${CPUFREQ}/policy{0-3,16-19}/energy_performance_preference`]: ["balance_performance", "*"],
      [`${CPUFREQ}/policy{0-3,16-19}/scaling_governor`]: ["powersave", "performance"],
    },
    otherHands: {
      part: `${CPUFREQ}/policy17/scaling_governor`,
      file: `${CPUFREQ}/policy17/scaling_governor`,
      content: "schedutil\n",
      now: "schedutil",
    },
  },
  amd: {
    wanted: "schedutil",
    description: "performance × 12",
    record: { [`${CPUFREQ}/policy{0-5,48-53}/scaling_governor`]: ["performance", "schedutil"] },
    otherHands: {
      part: `${CPUFREQ}/policy48/scaling_governor`,
      file: `${CPUFREQ}/policy48/scaling_governor`,
      content: "powersave\n",
      now: "powersave",
    },
  },
  arm: { wanted: "performance", lacks: "this host has no CPU frequency governor" },
});

test("a governor that the driver does not offer is lacking", () => {
  const found = {
    values: {
      [`${CPUFREQ}/policy0/scaling_governor`]: "powersave",
      [`${CPUFREQ}/policy0/scaling_available_governors`]: "performance powersave",
    },
    readOnly: [],
  };
  expect(governor.lacks("schedutil", found)).toBe(
    "this host's CPU frequency governor cannot be schedutil (it can be performance, powersave)",
  );
  expect(governor.lacks("powersave", found)).toBeNull();
});
