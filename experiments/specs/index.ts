/** Every spec, by name: `registry.ts` has a line for each. */
import { ConfigError } from "../../infra/errors.ts";
import { unknownName } from "../../infra/nearest.ts";
import * as registry from "./registry.ts";
import type { Spec } from "./spec.ts";

export const specs: readonly Spec[] = Object.values(registry);

export function findSpec(name: string): Spec {
  return findSpecs([name])[0] as Spec;
}

/** By name or study, in the order asked for, each once. Throws ConfigError that names every unknown one with its nearest name. */
export function findSpecs(names: readonly string[]): Spec[] {
  const known = specs.map((spec) => spec.name);
  const studies = new Set(specs.flatMap(({ study }) => study ?? []));
  const chosen = [...new Set(names)].map((name) => [name, specsNamed(name)] as const);
  const problems = chosen
    .filter(([, found]) => found.length === 0)
    .map(([name]) => unknownName("spec", name, [...known, ...studies]));
  if (problems.length > 0) throw new ConfigError(problems);
  return [...new Set(chosen.flatMap(([, found]) => found))];
}

/** A study's name stands for all its specs. */
function specsNamed(name: string): Spec[] {
  return specs.filter((spec) => spec.name === name || spec.study === name);
}
