/**
 * The result files of a campaign: the interface between measuring and explaining. Analysis reads nothing else.
 * A campaign is a folder: campaign.json, journal.jsonl (append-only, each line synced), raw/, environment.json, teardown.json.
 */
import { z } from "zod";

/** environment.json: the same document as a stack's lock. */
export { type Environment, environmentSchema } from "../../infra/environment/schema.ts";

export const sampleSchema = z.strictObject({
  metric: z.string().describe("what was measured, e.g. throughput"),
  value: z.number(),
  unit: z.string().describe("e.g. Gbit/s, ms, MB, s"),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
});

export const cellSchema = z
  .strictObject({
    id: z.string().describe("guest|spec|workload?parameters: unique in the campaign"),
    guest: z.string(),
    spec: z.string(),
    workload: z.string(),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    label: z.string().describe("short human label of the workload with its parameters, e.g. iperf3 Tx"),
    metric: z.string().describe("primary metric: the one with intervals and ratios"),
    unit: z.string(),
    direction: z.enum(["lower", "higher"]).describe("which is better"),
    stage: z
      .enum(["static", "boot", "guest"])
      .describe("needs no boot, measures the boot itself, or runs in a ready guest"),
    bootProfile: z.string().describe("which of the handle's boots serves it"),
  })
  .describe("one guest × one workload with its parameters");

const campaignGuestSchema = z.strictObject({
  platform: z.string(),
  image: z.string(),
  network: z.string(),
  architecture: z.string(),
  vcpus: z.number(),
  memoryMiB: z.number(),
  accelerator: z.string(),
  functionalOnly: z.string().nullable(),
  settings: z.record(z.string(), z.string()),
});

export const campaignSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string().describe("<stack>-<UTC time>-<short random>"),
  createdAt: z.iso.datetime(),
  stack: z.string(),
  baseline: z.string().nullable().describe("guest that ratios are taken to; null where the stack has none"),
  specs: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      study: z.string().nullable(),
      figure: z.string().nullable().describe("which figure or table of the study"),
      method: z.string(),
    }),
  ),
  seed: z.string(),
  minBoots: z.number().int().positive(),
  maxBoots: z.number().int().positive(),
  precision: z
    .number()
    .positive()
    .describe(
      "relative half width of the 95 % interval at which a cell is done: of its ratio to the baseline's, else of its own",
    ),
  budgetMs: z.number().positive().nullable(),
  environmentHash: z.string().describe("sha256 of environment.json"),
  guests: z.record(z.string(), campaignGuestSchema),
  cells: z.array(cellSchema),
  skipped: z.array(
    z.strictObject({
      guest: z.string(),
      spec: z.string(),
      workload: z.string(),
      label: z.string(),
      reason: z.string(),
    }),
  ),
  toolVersion: z.string(),
  quick: z.literal(true).optional().describe("sizes were cut to see that everything works; no measurement of cost"),
});

const at = { at: z.iso.datetime().describe("wall clock, UTC") };
const failureClass = z.enum(["infrastructure", "measurement"]);
const bootRef = { boot: z.string().describe("b<block>.<n>"), block: z.number().int().nonnegative(), guest: z.string() };
const runRef = {
  run: z.string(),
  cell: z.string(),
  boot: z.string().nullable(),
  block: z.number().int().nonnegative(),
  attempt: z.number().int().positive(),
};

/** What the host did while a run lasted; null: it does not tell. */
export const surroundingsSchema = z.strictObject({
  frequencyMHz: z.number().nullable().describe("mean of all processors and looks"),
  frequencyDropPercent: z.number().nullable().describe("lowest mean of a look below that of the first"),
  temperatureC: z.number().nullable().describe("hottest zone of all looks"),
  stealPercent: z.number().nullable().describe("share of processor time that a hypervisor kept"),
  interruptsPerSecond: z.number().nullable(),
  throttled: z.number().int().nullable().describe("times a core was throttled for heat"),
  otherLoadPercent: z
    .number()
    .nullable()
    .describe(
      "processor time of processes that were there before the run and are none of the stack's, in percent of one processor",
    ),
});

export const eventSchema = z.discriminatedUnion("event", [
  z.strictObject({ ...at, event: z.literal("campaign.started"), pid: z.number().int() }),
  z.strictObject({ ...at, event: z.literal("campaign.resumed"), pid: z.number().int() }),
  z.strictObject({
    ...at,
    event: z.literal("campaign.finished"),
    outcome: z.enum(["complete", "interrupted", "failed"]),
    error: z.string().nullable(),
  }),
  z.strictObject({ ...at, event: z.literal("step.started"), step: z.string() }),
  z.strictObject({
    ...at,
    event: z.literal("step.finished"),
    step: z.string(),
    durationMs: z.number(),
    ok: z.boolean(),
    detail: z.string().nullable(),
  }),
  z.strictObject({
    ...at,
    event: z.literal("block.started"),
    block: z.number().int(),
    order: z.array(z.string()).describe("cell ids as scheduled"),
  }),
  z.strictObject({
    ...at,
    event: z.literal("boot.started"),
    ...bootRef,
    profile: z.string(),
    attempt: z.number().int().positive(),
  }),
  z.strictObject({ ...at, event: z.literal("boot.ready"), ...bootRef, durationMs: z.number() }),
  z.strictObject({ ...at, event: z.literal("boot.failed"), ...bootRef, error: z.string(), raw: z.array(z.string()) }),
  z.strictObject({
    ...at,
    event: z.literal("boot.ended"),
    ...bootRef,
    how: z.enum(["stopped", "killed"]),
    durationMs: z.number(),
  }),
  z.strictObject({ ...at, event: z.literal("run.started"), ...runRef, warmUp: z.literal(true).optional() }),
  z.strictObject({
    ...at,
    event: z.literal("run.finished"),
    ...runRef,
    durationMs: z.number(),
    samples: z.array(sampleSchema).min(1),
    raw: z.array(z.string()).describe("paths below the campaign folder"),
    surroundings: surroundingsSchema.optional().describe("the host while the run lasted"),
    disturbed: z
      .strictObject({
        reasons: z.array(z.string()).min(1).describe("which limits of the host were passed, and by how much"),
        repeated: z
          .boolean()
          .describe("the run counts for nothing and is done again; false: tries are used up, it counts"),
      })
      .optional(),
  }),
  z
    .strictObject({
      ...at,
      event: z.literal("run.warmed-up"),
      ...runRef,
      durationMs: z.number(),
      samples: z.array(sampleSchema).min(1),
      raw: z.array(z.string()),
    })
    .describe("a run before the one that counts, in the same boot: never part of a result"),
  z.strictObject({
    ...at,
    event: z.literal("run.failed"),
    ...runRef,
    class: failureClass,
    error: z.string(),
    raw: z.array(z.string()),
  }),
  z.strictObject({
    ...at,
    event: z.literal("cell.stopped"),
    cell: z.string(),
    reason: z.enum(["precision", "max-boots", "budget", "once", "failed", "interrupted"]),
    rule: z
      .strictObject({
        interval: z.enum(["ratio to baseline", "median"]).describe("whose 95 % interval was looked at"),
        relativeHalfWidth: z.number().nullable().describe("null: none from so few boots, or none around zero"),
        boots: z.number().int(),
      })
      .optional()
      .describe("what the stop rule saw; missing in older journals and where nothing was measured"),
  }),
]);

export const teardownSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stack: z.string(),
  at: z.iso.datetime(),
  clean: z.boolean().describe("nothing is left over, and the host could be compared"),
  compared: z.boolean().default(true).describe("false: the stack was up, and there is no snapshot from before"),
  checks: z.array(
    z.strictObject({
      kind: z.string().describe("interfaces, namespaces, mounts, sysctl, processes, files …"),
      command: z.string().describe("what was run to look"),
      before: z.array(z.string()),
      after: z.array(z.string()),
      leftovers: z.array(z.string()).describe("what the tool left: each fails the teardown"),
      missing: z.array(z.string()).describe("was there before up and is gone, by nothing known of the stack"),
      changed: z.array(z.string()).default([]).describe("came or changed meanwhile, by nothing known of the stack"),
      remedies: z.record(z.string(), z.string()).default({}).describe("leftover → what takes it away or puts it back"),
    }),
  ),
  touched: z
    .array(
      z.strictObject({
        kind: z.string().describe("bridge, tap, daemon …; value: a value of the host that the stack changed"),
        name: z.string(),
        command: z.string().describe("what was run to look for it"),
        printed: z.string().describe("what it printed, and its exit code where that is not 0"),
        gone: z.boolean().describe("the object is gone, or the value is what was found"),
        theirs: z.string().nullable().describe("whose it is, where it is there and is not this stack's"),
        remedy: z.string().nullable(),
      }),
    )
    .default([])
    .describe("every object and setting that the stack touched"),
  notes: z.array(z.string()).default([]).describe("what could not be judged, and why"),
});

export type Surroundings = z.infer<typeof surroundingsSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type Cell = z.infer<typeof cellSchema>;
export type Campaign = z.infer<typeof campaignSchema>;
export type CampaignEvent = z.infer<typeof eventSchema>;
export type Teardown = z.infer<typeof teardownSchema>;

export interface Leftover {
  kind: string;
  what: string;
  /** What was run to see it. */
  command: string;
  /** What takes it away or puts it back. */
  remedy: string | null;
}

/** Everything of the stack that a teardown found to be left: objects that it touched first, then what was not expected. */
export function leftoversIn({ touched, checks }: Teardown): Leftover[] {
  return [
    ...touched
      .filter(({ gone, theirs }) => !gone && theirs === null)
      .map(({ kind, name, command, remedy }) => ({ kind, what: name, command, remedy })),
    ...checks.flatMap(({ kind, command, leftovers, remedies }) =>
      leftovers.map((what) => ({ kind, what, command, remedy: remedies[what] ?? null })),
    ),
  ];
}

/** Differences that came meanwhile, by nothing that is known of the stack: told, and no failure. */
export function changesIn({ checks }: Teardown): string[] {
  return checks.flatMap(({ kind, changed, missing }) => [
    ...changed.map((line) => `${kind}: ${line}`),
    ...missing.map((line) => `${kind}: gone: ${line}`),
  ]);
}
