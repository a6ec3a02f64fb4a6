/** A spec that measures one workload until it is known well enough. */
import type { Addition } from "./index.ts";

export function specTemplate(name: string, identifier: string): Addition {
  const dir = "experiments/specs";
  return {
    files: {
      [`${dir}/${name}.ts`]: { text: spec(name) },
      [`${dir}/${name}.test.ts`]: { text: test(name) },
    },
    registry: `${dir}/registry.ts`,
    line: `export { default as ${identifier} } from "./${name}.ts";`,
  };
}

const ofStudy = (name: string) => (name.includes("/") ? name.split("/")[0] : null);

const spec = (name: string) => `/** ${name}: which question it answers. */
import { defineSpec } from "${ofStudy(name) === null ? "./" : "../"}spec.ts";

export default defineSpec({
  name: "${name}",
  title: "${name}",
  study: ${ofStudy(name) === null ? "null" : `"${ofStudy(name)}"`},
  figure: ${ofStudy(name) === null ? "null" : `"the figure or table that it re-runs"`},
  method: "How the study measured it, and how this does, in one sentence.",
  workloads: [{ workload: "rtt", parameters: { packets: 10_000 } }],
  minBoots: 3,
  maxBoots: 10,
  precision: 0.05,
});
`;

const test = (name: string) => `import { expect, it } from "vitest";
import spec from "./${name.split("/").at(-1)}.ts";

it("measures what it says, each workload once", () => {
  expect(spec.workloads.map(({ workload }) => workload)).toEqual(["rtt"]);
});
`;
