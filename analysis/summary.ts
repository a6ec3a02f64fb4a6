/** The schema of report/summary.json: everything the page shows, computed. Derived from the campaign's folder; re-creatable. */
import { z } from "zod";

const intervalSchema = z
  .strictObject({ low: z.number(), high: z.number() })
  .describe("95 % percentile bootstrap interval");

const valueSchema = z.strictObject({
  value: z.number(),
  boot: z.string().nullable().describe("null: the guest is always on, or the cell needs no boot"),
  block: z.number().int(),
  run: z.string(),
  attempt: z.number().int(),
  at: z.iso.datetime(),
  outlier: z.boolean().describe("marked by method.outliers; still part of every statistic"),
});

const series = {
  metric: z.string(),
  unit: z.string(),
  values: z.array(valueSchema).describe("every sample, in the order measured"),
  n: z.number().int().describe("number of samples"),
  boots: z.number().int().describe("independent boots; for a guest that is always on, its visits (one per block)"),
  runs: z.number().int(),
  median: z.number().nullable(),
  mean: z.number().nullable(),
  sd: z.number().nullable().describe("sample standard deviation; null below two samples"),
  interval: intervalSchema.nullable().describe("of the median; null below two boots"),
  intervalNote: z.string().nullable().describe("why there is no interval, or what it is worth"),
  outliers: z.number().int(),
};
const seriesSchema = z.strictObject(series);

const cellSummarySchema = z.strictObject({
  id: z.string(),
  guest: z.string(),
  spec: z.string(),
  workload: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  label: z.string(),
  stage: z.enum(["static", "boot", "guest"]),
  direction: z.enum(["lower", "higher"]).describe("which is better"),
  accelerator: z.string(),
  functionalOnly: z
    .string()
    .nullable()
    .describe(
      "why the numbers are no measurement of cost; null where they are, and for cells that run nothing in the guest",
    ),
  bootUnit: z
    .enum(["boots", "visits", "looks"])
    .describe("what `boots` counts: looks at files for a cell that boots nothing"),
  ...series,
  ratio: z
    .strictObject({ baseline: z.string(), value: z.number(), interval: intervalSchema.nullable() })
    .nullable()
    .describe("median over the baseline guest's median"),
  ratioNote: z.string().nullable().describe("why there is no ratio"),
  reference: z
    .strictObject({
      study: z.string(),
      value: z.number(),
      unit: z.string(),
      source: z.string(),
      comparable: z.boolean(),
      reason: z.string().describe("why the two may be compared, or why not"),
      differences: z
        .array(z.strictObject({ what: z.string(), ours: z.string(), published: z.string() }))
        .describe("between this testbed and the study's, as far as the study describes its own"),
    })
    .nullable(),
  stopReason: z.enum(["precision", "max-boots", "budget", "once", "failed", "interrupted"]).nullable(),
  failures: z.number().int().describe("failed runs, retried ones included"),
  secondary: z.array(seriesSchema).describe("what was seen on the way: phases, details"),
});

const guestSummarySchema = z.strictObject({
  name: z.string(),
  platform: z.string(),
  image: z.string(),
  accelerator: z.string(),
  functionalOnly: z.string().nullable(),
});

export const summarySchema = z.strictObject({
  schemaVersion: z.literal(1),
  campaign: z.string(),
  stack: z.string(),
  createdAt: z.iso.datetime(),
  specs: z.array(z.string()),
  seed: z.string(),
  baseline: z.string().nullable(),
  toolVersion: z.string(),
  environmentHash: z.string(),
  hostCpu: z.string().nullable(),
  completeness: z.strictObject({
    outcome: z.enum(["complete", "interrupted", "failed", "unfinished"]),
    verdict: z.string(),
    error: z.string().nullable(),
    cells: z.number().int(),
    measured: z.number().int().describe("cells with at least one sample"),
    skipped: z.number().int(),
    blocks: z.number().int(),
    boots: z.number().int(),
    runs: z.number().int().describe("finished runs"),
    failures: z.number().int().describe("failed runs and boots, retried ones included"),
    unendedRuns: z.number().int(),
    resumptions: z.number().int(),
    tornLine: z.number().int().nullable().describe("line of the journal that a kill cut short"),
  }),
  method: z.strictObject({
    estimator: z.string(),
    interval: z.string(),
    ratio: z.string(),
    outliers: z.string(),
    resamples: z.number().int(),
  }),
  guests: z.array(guestSummarySchema),
  cells: z.array(cellSummarySchema),
  skipped: z.array(
    z.strictObject({
      guest: z.string(),
      spec: z.string(),
      workload: z.string(),
      label: z.string(),
      reason: z.string(),
    }),
  ),
  teardown: z
    .strictObject({
      clean: z.boolean(),
      checks: z.number().int(),
      touched: z.number().int().describe("objects and settings that the stack touched"),
      leftovers: z.number().int(),
      meanwhile: z.number().int().describe("differences by nothing known of the stack"),
    })
    .nullable()
    .describe("null: nobody looked"),
});

export type Summary = z.infer<typeof summarySchema>;
export type CellSummary = z.infer<typeof cellSummarySchema>;
export type Series = z.infer<typeof seriesSchema>;
