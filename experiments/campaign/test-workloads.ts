/** For tests: one workload of each stage, and a spec that runs them all. */
import { z } from "zod";
import type { Handle } from "../../infra/outputs.ts";
import type { Spec } from "../specs/spec.ts";
import { defineWorkload, type Workload } from "../workloads/workload.ts";
import type { Sample } from "./results.ts";

const sample = (metric: string, value: number, unit: string): Sample => ({ metric, value, unit, metadata: {} });
const none = z.strictObject({});

/** Values come from `testbed.value`, so that a test decides them. */
export function testWorkloads(value: (name: string, guest: string) => number | Error): Record<string, Workload> {
  const give = (name: string, metric: string, unit: string) => async (context: { guest: Handle }) => {
    const result = value(name, context.guest.name);
    if (result instanceof Error) throw result;
    return [sample(metric, result, unit)];
  };
  const common = { direction: "lower" as const, bootProfile: "standard", estimateMs: () => 1000 };
  return {
    size: defineWorkload({
      ...common,
      name: "size",
      title: "Size",
      metric: "size",
      unit: "MB",
      stage: "static",
      needs: ["power"],
      parameters: none,
      label: () => "size",
      run: give("size", "size", "MB"),
    }),
    start: defineWorkload({
      ...common,
      name: "start",
      title: "Start",
      metric: "time",
      unit: "ms",
      stage: "boot",
      needs: ["power"],
      parameters: none,
      label: () => "start",
      async run(context) {
        await context.start();
        return give("start", "time", "ms")(context);
      },
    }),
    work: defineWorkload({
      ...common,
      name: "work",
      title: "Work",
      metric: "time",
      unit: "s",
      stage: "guest",
      needs: ["shell"],
      parameters: z.strictObject({ size: z.number().int().positive() }),
      label: (parameters) => `work ${parameters.size}`,
      run: give("work", "time", "s"),
    }) as unknown as Workload,
  };
}

export const testSpec: Spec = {
  name: "test/all",
  title: "All",
  study: null,
  figure: null,
  published: null,
  method: "as it comes",
  workloads: [
    { workload: "size", parameters: {} },
    { workload: "start", parameters: {} },
    { workload: "work", parameters: { size: 1 } },
    { workload: "work", parameters: { size: 2 } },
  ],
  minBoots: 2,
  maxBoots: 4,
  precision: 0.05,
};
