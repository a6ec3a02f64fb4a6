/** Every spec. A new one is one file in its study's folder and one line in the list. */
import { ConfigError } from "../../infra/errors.ts";
import { unknownName } from "../../infra/nearest.ts";
import acharya2018Network from "./acharya2018/network.ts";
import nfvrg2016ImageSize from "./nfvrg2016/image-size.ts";
import nfvrg2016Instantiation from "./nfvrg2016/instantiation.ts";
import nfvrg2016Memory from "./nfvrg2016/memory.ts";
import nfvrg2016Rtt from "./nfvrg2016/rtt.ts";
import nfvrg2016Throughput from "./nfvrg2016/throughput.ts";
import quickstart from "./quickstart.ts";
import raho2015Hackbench from "./raho2015/hackbench.ts";
import type { Spec } from "./spec.ts";

export const specs: readonly Spec[] = [
  quickstart,
  nfvrg2016Instantiation,
  nfvrg2016Throughput,
  nfvrg2016Rtt,
  nfvrg2016ImageSize,
  nfvrg2016Memory,
  raho2015Hackbench,
  acharya2018Network,
];

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
