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

export function planSettings(stack: string, wanted: Settings, probed: ProbedSettings): SettingsPlan {
  const plan: SettingsPlan = { objects: [], refusals: [], lacking: [] };
  for (const [name, setting] of Object.entries(settings) as [keyof typeof settings, Setting][]) {
    const value = wanted[name];
    if (value === undefined) continue;
    const required = !wanted.bestEffort.includes(name);
    const reason = setting.lacks(value, probed[name] ?? { values: {}, readOnly: [] });
    if (reason === null) plan.objects.push(settingObject(stack, setting, value, required));
    else if (required) plan.refusals.push(`host.settings.${name}: ${reason}; name it in bestEffort to go without`);
    else plan.lacking.push(`${name}: ${reason}`);
  }
  return plan;
}
