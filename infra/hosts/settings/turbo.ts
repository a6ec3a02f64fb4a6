import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

const NO_TURBO = "/sys/devices/system/cpu/intel_pstate/no_turbo";
const BOOST = "/sys/devices/system/cpu/cpufreq/boost";

export const turbo = fileSetting({
  name: "turbo",
  title: "turbo or boost switch",
  schema: z.boolean().describe("frequencies above the nominal one (Intel turbo, AMD and ARM boost)"),
  files: [NO_TURBO, BOOST],
  value: (on, file) => (on === (file === BOOST) ? "1" : "0"),
  describe: (values) => (values[BOOST] === "1" || values[NO_TURBO] === "0" ? "on" : "off"),
});
