import { maxCStateLatencyUs } from "./c-state-latency.ts";
import { settingContract } from "./contract.ts";

const CPUS = "/sys/devices/system/cpu/cpu";

settingContract(maxCStateLatencyUs, {
  intel: {
    wanted: 2,
    description: "down to 133 µs",
    record: { [`${CPUS}{0-3,16-19}/cpuidle/state{2,3}/disable`]: ["0", "1"] },
    otherHands: {
      part: `${CPUS}18/cpuidle/state3/disable`,
      file: `${CPUS}18/cpuidle/state3/disable`,
      content: "0\n",
      now: "0",
    },
  },
  amd: {
    wanted: 99,
    description: "down to 100 µs",
    record: { [`${CPUS}{0-5,48-53}/cpuidle/state2/disable`]: ["0", "1"] },
    otherHands: {
      part: `${CPUS}48/cpuidle/state2/disable`,
      file: `${CPUS}48/cpuidle/state2/disable`,
      content: "0\n",
      now: "0",
    },
  },
  arm: { wanted: 10, lacks: "this host has no idle states that can be disabled" },
});
