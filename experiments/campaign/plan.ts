/** Specs × guests → the cells of a campaign, and the skipped ones with their reasons. Touches nothing. */
import { ConfigError } from "../../infra/errors.ts";
import type { Outputs } from "../../infra/outputs.ts";
import type { Spec } from "../specs/spec.ts";
import type { Parameters, Workload } from "../workloads/workload.ts";
import type { Campaign, Cell } from "./results.ts";
import type { StopRule } from "./stop.ts";

/** What a plan needs to know of a guest; the same before `up` (declared) and after (from the outputs). */
export interface PlannedGuest {
  platform: string;
  image: string;
  capabilities: readonly string[];
  /** Ways of powering it; empty: always on. */
  bootProfiles: readonly string[];
  /** Why this host cannot run it; null where it can. */
  unavailable: string | null;
  functionalOnly: string | null;
}

export interface Plan {
  specs: readonly Spec[];
  cells: Cell[];
  skipped: Campaign["skipped"];
  stopRule: StopRule;
}

type FindWorkload = (name: string) => Workload;

const alwaysOn = "nothing boots: this guest is always on";

const reasons: Record<string, (guest: PlannedGuest) => string> = {
  power: () => alwaysOn,
  memory: (guest) => (guest.bootProfiles.length === 0 ? alwaysOn : "the host cannot tell its memory use"),
  network: () => "no network",
  shell: (guest) => `no shell in the image ${guest.image}`,
  fork: (guest) => `${guest.image} runs a single process: no fork`,
  "application:http": (guest) => `${guest.image} serves no page`,
  "application:mysql": (guest) => `${guest.image} has no database`,
  exec: (guest) => `${guest.image} runs a single program: no exec`,
};

function missing(capability: string, guest: PlannedGuest): string {
  const known = reasons[capability];
  if (known) return known(guest);
  if (capability.startsWith("tool:")) return `the image ${guest.image} has no ${capability.slice("tool:".length)}`;
  if (capability.startsWith("artefact:"))
    return `needs an artefact: the stack names no ${capability.slice("artefact:".length)} among its artefacts`;
  return `${guest.image} on ${guest.platform} does not offer "${capability}"`;
}

/** Why a guest cannot be measured by a workload; null where it can. */
export function whySkipped(guest: PlannedGuest, workload: Workload, parameters?: Parameters): string | null {
  if (guest.unavailable !== null) return guest.unavailable;
  if (workload.stage === "boot" && guest.bootProfiles.length === 0) return missing("power", guest);
  const needs = [...workload.needs, ...((parameters && workload.needsFor?.(parameters)) ?? [])];
  const lacking = needs.filter((capability) => !guest.capabilities.includes(capability));
  if (lacking.includes("power")) return missing("power", guest);
  return lacking.length === 0 ? null : lacking.map((capability) => missing(capability, guest)).join("; ");
}

function cellId(guest: string, spec: string, workload: string, parameters: Parameters): string {
  const query = Object.keys(parameters)
    .sort()
    .map((key) => `${key}=${parameters[key]}`)
    .join("&");
  return `${guest}|${spec}|${workload}${query === "" ? "" : `?${query}`}`;
}

/** Every problem of the specs is reported at once. */
export function planCells(
  specs: readonly Spec[],
  guests: Readonly<Record<string, PlannedGuest>>,
  findWorkload: FindWorkload,
  overrides: Partial<StopRule> = {},
): Plan {
  const problems: string[] = [];
  const cells = new Map<string, Cell>();
  const skipped: Campaign["skipped"] = [];
  const chosen = [...new Map(specs.map((spec) => [spec.name, spec])).values()];
  for (const spec of chosen) {
    for (const [index, entry] of spec.workloads.entries()) {
      const where = `spec ${spec.name}, workloads[${index}]`;
      let workload: Workload;
      try {
        workload = findWorkload(entry.workload);
      } catch (error) {
        problems.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
        continue;
      }
      const parsed = workload.parameters.safeParse(entry.parameters);
      if (!parsed.success) {
        for (const issue of parsed.error.issues)
          problems.push(`${where}.parameters${issue.path.map((key) => `.${String(key)}`).join("")}: ${issue.message}`);
        continue;
      }
      const parameters = parsed.data;
      const label = workload.label(parameters);
      for (const [name, guest] of Object.entries(guests)) {
        const reason = whySkipped(guest, workload, parameters);
        if (reason !== null) {
          skipped.push({ guest: name, spec: spec.name, workload: workload.name, label, reason });
          continue;
        }
        const id = cellId(name, spec.name, workload.name, parameters);
        if (cells.has(id)) {
          problems.push(`${where}: ${label} is in this spec twice`);
          break;
        }
        cells.set(id, {
          id,
          guest: name,
          spec: spec.name,
          workload: workload.name,
          parameters,
          label,
          ...(workload.measures?.(parameters) ?? { metric: workload.metric, unit: workload.unit }),
          direction: workload.direction,
          stage: workload.stage,
          bootProfile: guest.bootProfiles.includes(workload.bootProfile) ? workload.bootProfile : "standard",
        });
      }
    }
  }
  const stopRule = combineStopRules(chosen, overrides, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { specs: chosen, cells: [...cells.values()], skipped, stopRule };
}

/** Several specs in one campaign share its blocks, so the strictest of each number holds for all. */
function combineStopRules(specs: readonly Spec[], overrides: Partial<StopRule>, problems: string[]): StopRule {
  const rule = {
    minBoots: Math.max(1, ...specs.map((spec) => spec.minBoots)),
    maxBoots: Math.max(1, ...specs.map((spec) => spec.maxBoots)),
    precision: Math.min(...specs.map((spec) => spec.precision)),
  };
  if (overrides.precision !== undefined) rule.precision = overrides.precision;
  if (overrides.minBoots !== undefined) {
    rule.minBoots = overrides.minBoots;
    if (overrides.maxBoots === undefined) rule.maxBoots = Math.max(rule.maxBoots, rule.minBoots);
  }
  if (overrides.maxBoots !== undefined) {
    rule.maxBoots = overrides.maxBoots;
    if (overrides.minBoots === undefined) rule.minBoots = Math.min(rule.minBoots, rule.maxBoots);
  }
  if (rule.minBoots > rule.maxBoots)
    problems.push(`--min-boots ${rule.minBoots} is more than --max-boots ${rule.maxBoots}`);
  return rule;
}

/** The provisioned stack as a plan sees it: what really is there decides. */
export function guestsOf(outputs: Outputs): Record<string, PlannedGuest> {
  const guests: Record<string, PlannedGuest> = {};
  for (const [name, handle] of Object.entries(outputs.guests)) {
    guests[name] = {
      platform: handle.platform,
      image: handle.image,
      capabilities: handle.capabilities,
      bootProfiles: Object.keys(handle.boots),
      unavailable: outputs.unavailable[name] ?? null,
      functionalOnly: handle.functionalOnly,
    };
  }
  for (const [name, reason] of Object.entries(outputs.unavailable)) {
    guests[name] ??= {
      platform: "",
      image: "",
      capabilities: [],
      bootProfiles: [],
      unavailable: reason,
      functionalOnly: null,
    };
  }
  return guests;
}
