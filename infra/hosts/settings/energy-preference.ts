import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

const POLICY = "/sys/devices/system/cpu/cpufreq/policy*";

/** Applied after the governor: with the governor performance, some drivers take no other preference than that. */
export const energyPreference = fileSetting({
  name: "energyPreference",
  title: "energy performance preference",
  schema: z
    .enum(["performance", "balance_performance", "balance_power", "power"])
    .describe("what the processor itself prefers, where it chooses the frequency"),
  files: [`${POLICY}/energy_performance_preference`],
  value: (name) => name,
  choices: `${POLICY}/energy_performance_available_preferences`,
});
