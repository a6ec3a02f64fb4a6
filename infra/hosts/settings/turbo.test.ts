import { settingContract } from "./contract.ts";
import { turbo } from "./turbo.ts";

const NO_TURBO = "/sys/devices/system/cpu/intel_pstate/no_turbo";
const BOOST = "/sys/devices/system/cpu/cpufreq/boost";

settingContract(turbo, {
  intel: {
    wanted: false,
    description: "on",
    record: { [NO_TURBO]: ["0", "1"] },
    otherHands: { part: NO_TURBO, file: NO_TURBO, content: "0\n", now: "0" },
  },
  amd: {
    wanted: false,
    description: "on",
    record: { [BOOST]: ["1", "0"] },
    otherHands: { part: BOOST, file: BOOST, content: "1\n", now: "1" },
  },
  arm: { wanted: true, lacks: "this host has no turbo or boost switch" },
});
