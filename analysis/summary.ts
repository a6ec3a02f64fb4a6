/** The schema of report/summary.json: everything the page shows, computed. Derived from the campaign's folder; re-creatable. */
import { z } from "zod";

const intervalSchema = z
  .strictObject({ low: z.number(), high: z.number() })
  .describe("95 % interval, by method.interval");

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
  mean: z.number().nullable().describe("of the kind that meanKind says; null where it does not exist"),
  meanKind: z.enum(["arithmetic", "harmonic", "geometric"]).describe("harmonic of rates, geometric of indices"),
  sd: z.number().nullable().describe("sample standard deviation; null below two samples"),
  interval: intervalSchema.nullable().describe("of the median; null below two boots"),
  intervalNote: z.string().nullable().describe("why there is no interval, or what it is worth"),
  resamples: z.number().int().nullable().describe("of the bootstrap; fewer for very many samples; null: no interval"),
  outliers: z.number().int(),
  bimodal: z.boolean().describe("the values look like two groups, by method.bimodality: one median tells little"),
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
  comparison: z
    .strictObject({
      p: z.number().nullable().describe("two-sided, of method.test on one median per boot; null: a side has no boots"),
      pHolm: z.number().nullable().describe("after Holm's correction over all comparisons of the same spec"),
      cliffsDelta: z.number().nullable().describe("P(larger than the baseline) − P(smaller), of boot medians; −1 to 1"),
      detectable: z
        .number()
        .nullable()
        .describe("least relative effect an A/A campaign found detectable; null: none was given"),
      difference: z
        .enum(["different", "within noise", "not shown", "unknown"])
        .describe("by method.difference; only `different` may be claimed"),
    })
    .nullable()
    .describe("evidence for a difference from the baseline; null where there is no ratio"),
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
  warmUps: z.number().int().describe("runs that warmed the guest up: recorded, in no statistic"),
  disturbed: z
    .strictObject({
      repeated: z.number().int().describe("runs disturbed beyond the host's limits and done again: in no statistic"),
      kept: z.number().int().describe("runs still disturbed when all tries were used up: part of every statistic"),
    })
    .describe("by something else on the host"),
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
  schemaVersion: z
    .literal(2)
    .describe("2: comparison, meanKind, bimodal, resamples, warmUps and disturbed came; interval is bias-corrected"),
  campaign: z.string(),
  stack: z.string(),
  createdAt: z.iso.datetime(),
  specs: z.array(z.string()),
  seed: z.string(),
  baseline: z.string().nullable(),
  toolVersion: z.string(),
  environmentHash: z.string(),
  quick: z.boolean().describe("sizes were cut for a functional pass: no number measures cost"),
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
    test: z.string(),
    difference: z.string(),
    mean: z.string(),
    outliers: z.string(),
    bimodality: z.string(),
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

/** Throws where a summary is not as its schema says; cell by cell, since a copy of everything would be as large again. */
export function checkSummary(summary: Summary): void {
  summarySchema.parse({ ...summary, cells: [] });
  for (const cell of summary.cells) cellSummarySchema.parse(cell);
}

/** The cell's own series, or one that was seen on the way, by its metric; without a metric, its own. */
export function seriesOf<S extends { metric: string }>(
  cell: S & { secondary: readonly S[] },
  metric: string | undefined,
): S | undefined {
  return metric === undefined || cell.metric === metric ? cell : cell.secondary.find((one) => one.metric === metric);
}
