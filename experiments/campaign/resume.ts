/** Taking a campaign up again: allowed only where plan and testbed are what they were, so that its samples belong together. */
import { isDeepStrictEqual } from "node:util";
import { diffEnvironments, sentences } from "../../infra/environment/diff.ts";
import { ConfigError } from "../../infra/errors.ts";
import type { Campaign, Environment } from "./results.ts";
import type { CampaignState } from "./state.ts";

/** Everything that plan and stack decide; the rest of campaign.json is identity. */
export type Definition = Pick<Campaign, "stack" | "baseline" | "guests" | "cells">;

/** Where two documents differ, as paths with both values; at most `limit` of them. */
export function differences(before: unknown, now: unknown, path = "", limit = 5): string[] {
  if (isDeepStrictEqual(before, now)) return [];
  if (isObject(before) && isObject(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys
      .flatMap((key) => differences(before[key], now[key], path === "" ? key : `${path}.${key}`, limit))
      .slice(0, limit);
  }
  const show = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80));
  return [`${path}: was ${show(before)}, is ${show(now)}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Before `up`: is there anything to go on with? */
export function assertResumable(campaign: Campaign, state: CampaignState): void {
  if (state.outcome === "complete")
    throw new ConfigError(`campaign ${campaign.id} is complete; see \`guestbench report ${campaign.id}\``);
}

/** Throws a ConfigError that names what changed since the campaign began. */
export function assertSameDefinition(campaign: Campaign, now: Definition): void {
  const problems = [
    ...differences(campaign.baseline, now.baseline, "baseline"),
    ...differences(campaign.guests, now.guests, "guests"),
    ...differences(byId(campaign), byId(now), "cells"),
  ];
  refuse(campaign, "the stack or a spec was changed since it began", problems);
}

/** After `up`: is the testbed still the one the finished runs were measured on? */
export function assertSameEnvironment(campaign: Campaign, before: Environment, now: Environment): void {
  refuse(campaign, "the testbed is not what it was", sentences(diffEnvironments(before, now), 6));
}

function byId(definition: Pick<Campaign, "cells">) {
  return Object.fromEntries(definition.cells.map((cell) => [cell.id, cell]));
}

function refuse(campaign: Campaign, why: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new ConfigError(
    [`campaign ${campaign.id} cannot be resumed: ${why}; start a new one with \`guestbench run\``, ...problems].slice(
      0,
      8,
    ),
  );
}
