import { describe, expect, it } from "vitest";
import { findWorkload } from "../workloads/index.ts";
import { specs } from "./index.ts";
import { quickly } from "./quick.ts";

describe("a quick pass", () => {
  it.each(specs)("$name keeps every cell apart, with valid parameters and nothing enlarged, in one boot", (spec) => {
    const quick = quickly(spec);
    expect(quick).toMatchObject({ name: spec.name, minBoots: 1, maxBoots: 1 });
    const kept = spec.workloads.filter(({ parameters }) => parameters.test !== "index");
    const labels = quick.workloads.map(({ workload, parameters }, i) => {
      for (const [name, value] of Object.entries(kept[i]?.parameters ?? {}))
        if (typeof value === "number") expect(parameters[name]).toBeLessThanOrEqual(value);
        else expect(parameters[name]).toBe(value);
      const found = findWorkload(workload);
      return found.label(found.parameters.parse(parameters));
    });
    expect(new Set(labels).size).toBe(kept.length);
  });

  it("cuts what takes time and keeps what a figure varies", () => {
    const spec = specs.find(({ name }) => name === "raho2015/hackbench");
    const cut = quickly(spec as (typeof specs)[number]).workloads.map(({ parameters }) => parameters);
    expect(cut).toEqual([1, 2, 4, 8, 16].map((groups) => ({ groups, loops: 10 })));
  });
});
