/** What a stack wants of its host's settings, held against the host: objects to make, and reasons not to. */
import type { Stack } from "../stack.ts";
import { driftReport, driftScript, parseDrift } from "./settings/drift.ts";
import { planSettings, type SettingsPlan } from "./settings/plan.ts";
import { parseSettings, probeSettingsScript } from "./settings/probe.ts";
import { CHARACTER_SCRIPT, differences, parseCharacter } from "./settings/requirements.ts";
import type { HostShell } from "./shell.ts";

/** Knobs that no stack sets, and a measurement depends on. */
const OBSERVED = `
s() { [ ! -e "$2" ] || printf '%s\\t%s\\n' "$1" "$(cat "$2")"; }
s clocksource /sys/devices/system/clocksource/clocksource0/current_clocksource
s "TCP congestion control" /proc/sys/net/ipv4/tcp_congestion_control`;

/**
 * Every setting of the host as a person would say it, without how often each value is found, which changes with every
 * interrupt that comes and goes; one that the host lacks is not listed.
 */
export function describeSettings(host: HostShell): Record<string, string> {
  const probed = parseSettings(host.sh(probeSettingsScript()));
  const known = Object.entries(probed).flatMap(([name, found]) =>
    found ? [[name, found.description.replaceAll(/ × \d+/g, "")]] : [],
  );
  const observed = host.sh(OBSERVED).split("\n").filter(Boolean);
  return Object.fromEntries([...known, ...observed.map((line) => line.split("\t"))]);
}

const declared = ({ host: { settings } }: Stack) => Object.keys(settings).filter((name) => name !== "bestEffort");
const declares = (stack: Stack) => declared(stack).length > 0;

/** Settings, as `describeSettings` names them, that `up` changes: those of the stack, and the pages that its guests take. */
export function settingsToCome(stack: Stack): string[] {
  return ["hugePages", ...declared(stack), ...(declared(stack).includes("smt") ? ["CPUs online"] : [])];
}

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
