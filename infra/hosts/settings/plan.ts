/** What a stack's settings come to on a host that has been probed: objects to make, and reasons not to. */
import type { HostObject } from "../objects.ts";
import { type Settings, settings } from "./index.ts";
import { settingObject } from "./object.ts";
import type { ProbedSettings } from "./probe.ts";
import type { Setting } from "./setting.ts";

export interface SettingsPlan {
  /** In the order in which they are applied: each depends on the one before it, so that they are put back in reverse. */
  objects: HostObject[];
  /** Why the host cannot carry the stack: required settings that it lacks. */
  refusals: string[];
  /** Best-effort settings that the host lacks, with the reason. */
  lacking: string[];
}

/** `probed` null: a host that cannot be asked yet, and is taken to have everything. */
export function planSettings(stack: string, wanted: Settings, probed: ProbedSettings | null): SettingsPlan {
  const plan: SettingsPlan = { objects: [], refusals: [], lacking: [] };
  for (const [name, setting] of Object.entries(settings) as [keyof typeof settings, Setting][]) {
    const value = wanted[name];
    if (value === undefined) continue;
    const required = !wanted.bestEffort.includes(name);
    const reason = probed && setting.lacks(value, probed[name] ?? { values: {}, readOnly: [] });
    if (reason !== null && required) {
      plan.refusals.push(`host.settings.${name}: ${reason}; name it in bestEffort to go without`);
      continue;
    }
    if (reason !== null) plan.lacking.push(`${name}: ${reason}`);
    // one that the host lacks is made all the same, and changes nothing: what is declared does not depend on the host
    plan.objects.push(settingObject(stack, setting, value, required));
  }
  return plan;
}
