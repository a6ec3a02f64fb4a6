import { z } from "zod";
import { matching } from "./file-setting.ts";
import { defineSetting } from "./setting.ts";
import { files } from "./shell.ts";

const STATE = "/sys/devices/system/cpu/cpu[0-9]*/cpuidle/state[0-9]*";

/** Idle states that take longer to leave are disabled on every CPU; the shallower ones stay as they were found. */
export const maxCStateLatencyUs = defineSetting({
  name: "maxCStateLatencyUs",
  title: "idle states that can be disabled",
  schema: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .describe("exit latency of the deepest idle state allowed, in microseconds"),
  probe: `fact ${files(`${STATE}/latency`)}\nshow ${files(`${STATE}/disable`)}`,
  apply: (capUs) =>
    [
      `for latency in ${files(`${STATE}/latency`)}; do`,
      `  get "\${latency#"$R"}" && [ "$v" -gt ${capUs} ] || continue`,
      `  want 1 "\${latency%latency}disable"`,
      "done",
    ].join("\n"),
  lacks: (_, { values }) =>
    matching(values, `${STATE}/disable`).length > 0 ? null : "this host has no idle states that can be disabled",
  describe(values) {
    const allowed = matching(values, `${STATE}/latency`).filter(
      ([path]) => values[path.replace(/latency$/, "disable")] === "0",
    );
    return `down to ${Math.max(0, ...allowed.map(([, latency]) => Number(latency)))} µs`;
  },
});
