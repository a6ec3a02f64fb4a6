/** What a stack wants of its host's settings, held against the host: objects to make, and reasons not to. */
import type { Stack } from "../stack.ts";
import { driftReport, driftScript, parseDrift } from "./settings/drift.ts";
import type { SettingName } from "./settings/index.ts";
import { planSettings, type SettingsPlan } from "./settings/plan.ts";
import { parseSettings, probeSettingsScript } from "./settings/probe.ts";
import { CHARACTER_SCRIPT, differences, parseCharacter } from "./settings/requirements.ts";
import type { HostShell } from "./shell.ts";

/** Every setting of the host as a person would say it; a setting that the host lacks is null. */
export function describeSettings(host: HostShell): Record<SettingName, string | null> {
  const probed = Object.entries(parseSettings(host.sh(probeSettingsScript())));
  return Object.fromEntries(probed.map(([name, found]) => [name, found && found.description])) as ReturnType<
    typeof describeSettings
  >;
}

const declares = ({ host: { settings } }: Stack) => Object.keys(settings).some((name) => name !== "bestEffort");

/** `host` null: one that is not there yet, which is taken to have everything. */
export function tuneHost(stack: Stack, host: HostShell | null): SettingsPlan {
  const { settings, require } = stack.host;
  const probed = host !== null && declares(stack) ? parseSettings(host.sh(probeSettingsScript())) : null;
  const plan = planSettings(stack.name, settings, probed);
  if (host !== null && Object.keys(require).length > 0)
    plan.refusals.push(
      ...differences(require, parseCharacter(host.sh(CHARACTER_SCRIPT))).map((text) => `host.require: ${text}`),
    );
  return plan;
}

/** What other hands changed of the settings that the stack applied, a sentence each. */
export function changedByOthers(stack: string, host: HostShell): string[] {
  return driftReport(parseDrift(host.sh(driftScript(stack))));
}
