/** Every spec. A new one is one file in its study's folder and one line in the list. */
import { ConfigError } from "../../infra/errors.ts";
import { unknownName } from "../../infra/nearest.ts";
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
];

export function findSpec(name: string): Spec {
  return findSpecs([name])[0] as Spec;
}

/** In the order asked for, each once. Throws ConfigError that names every unknown one with its nearest name. */
export function findSpecs(names: readonly string[]): Spec[] {
  const known = specs.map((spec) => spec.name);
  const problems = names.filter((name) => !known.includes(name)).map((name) => unknownName("spec", name, known));
  if (problems.length > 0) throw new ConfigError(problems);
  return [...new Set(names)].flatMap((name) => specs.find((spec) => spec.name === name) ?? []);
}
