import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

const POLICY = "/sys/devices/system/cpu/cpufreq/policy*";

export const governor = fileSetting({
  name: "governor",
  title: "CPU frequency governor",
  schema: z
    .enum(["performance", "powersave", "schedutil", "ondemand", "conservative", "userspace"])
    .describe("who chooses the frequency of every CPU"),
  files: [`${POLICY}/scaling_governor`],
  value: (name) => name,
  choices: `${POLICY}/scaling_available_governors`,
  // with intel_pstate and amd-pstate in active mode, performance forces this one, and the way back is the driver's affair
  moves: `${POLICY}/energy_performance_preference`,
});
