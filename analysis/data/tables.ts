/** The tables that `guestbench query` offers: each campaign adds its rows. Their columns are described here and nowhere else. */
import type { Loaded } from "../load.ts";
import { type Column, defineTable, type Table } from "./columns.ts";

type Of<Key extends keyof Loaded> = Loaded[Key] extends readonly (infer Row)[] ? Row : never;
interface InCampaign<Row> {
  campaign: string;
  row: Row;
}
type GuestRow = { name: string } & Loaded["campaign"]["guests"][string];
type CellRow = { cell: Loaded["campaign"]["cells"][number]; loaded: Loaded };
type SampleRow = { sample: Of<"samples">; guest: Loaded["campaign"]["guests"][string] | undefined };

const campaignColumn = <Row>(): Column<InCampaign<Row>> => ({
  name: "campaign",
  type: "VARCHAR",
  description: "the campaign's id: its folder below results/",
  of: ({ campaign }) => campaign,
});

function inCampaign<Row>(
  name: string,
  description: string,
  rows: (loaded: Loaded) => Iterable<Row>,
  columns: readonly Column<Row>[],
): Table<Loaded> {
  return defineTable<Loaded, InCampaign<Row>>({
    name,
    description,
    *rows(loaded) {
      for (const row of rows(loaded)) yield { campaign: loaded.campaign.id, row };
    },
    columns: [
      campaignColumn<Row>(),
      ...columns.map((column) => ({ ...column, of: (r: InCampaign<Row>) => column.of(r.row) })),
    ],
  });
}

const column = <Row>(
  name: string,
  type: Column<Row>["type"],
  description: string,
  of: Column<Row>["of"],
): Column<Row> => ({ name, type, description, of });

const campaigns = inCampaign<Loaded>("campaigns", "one campaign", (loaded) => [loaded], [
  column("stack", "VARCHAR", "testbed", ({ campaign }) => campaign.stack),
  column("created_at", "TIMESTAMP", "UTC", ({ campaign }) => campaign.createdAt),
  column("specs", "VARCHAR[]", "experiments asked for", ({ campaign }) => campaign.specs.map(({ name }) => name)),
  column("baseline", "VARCHAR", "guest that ratios are taken to; null: none", ({ campaign }) => campaign.baseline),
  column("seed", "VARCHAR", "of the order of measuring", ({ campaign }) => campaign.seed),
  column("min_boots", "INTEGER", "boots of each cell, at least", ({ campaign }) => campaign.minBoots),
  column("max_boots", "INTEGER", "boots of each cell, at most", ({ campaign }) => campaign.maxBoots),
  column(
    "precision",
    "DOUBLE",
    "relative half width of the interval at which a cell is done",
    ({ campaign }) => campaign.precision,
  ),
  column("budget_ms", "DOUBLE", "null: no limit", ({ campaign }) => campaign.budgetMs),
  column("outcome", "VARCHAR", "complete, interrupted, failed; null: no end is recorded", ({ outcome }) => outcome),
  column("host_cpu", "VARCHAR", "null: not recorded", ({ environment }) => environment?.hardware.cpuModel ?? null),
  column("environment_hash", "VARCHAR", "SHA-256 of environment.json", ({ campaign }) => campaign.environmentHash),
  column(
    "torn_down_clean",
    "BOOLEAN",
    "nothing was left over; null: nobody looked",
    ({ teardown }) => teardown?.clean ?? null,
  ),
  column("tool_version", "VARCHAR", "guestbench that measured", ({ campaign }) => campaign.toolVersion),
  column("schema_version", "INTEGER", "of its files as written", ({ version }) => version),
]);

const guests = inCampaign<GuestRow>(
  "guests",
  "one guest of a campaign",
  ({ campaign }) => Object.entries(campaign.guests).map(([name, guest]) => ({ name, ...guest })),
  [
    column("guest", "VARCHAR", "name in the stack", ({ name }) => name),
    column("platform", "VARCHAR", "how it is run", ({ platform }) => platform),
    column("image", "VARCHAR", "what runs in it", ({ image }) => image),
    column("network", "VARCHAR", "how it is wired", ({ network }) => network),
    column("architecture", "VARCHAR", "of the processor it sees", ({ architecture }) => architecture),
    column("vcpus", "DOUBLE", "virtual CPUs", ({ vcpus }) => vcpus),
    column("memory_mib", "DOUBLE", "MiB", ({ memoryMiB }) => memoryMiB),
    column("accelerator", "VARCHAR", "what really executed it", ({ accelerator }) => accelerator),
    column(
      "functional_only",
      "VARCHAR",
      "why its numbers are no measurement of cost; null: they are",
      ({ functionalOnly }) => functionalOnly,
    ),
    column("settings", "JSON", "name → value", ({ settings }) => JSON.stringify(settings)),
  ],
);

const cells = inCampaign<CellRow>(
  "cells",
  "one guest × one workload with its parameters",
  (loaded) => loaded.campaign.cells.map((cell) => ({ cell, loaded })),
  [
    column("cell", "VARCHAR", "id, unique in the campaign", ({ cell }) => cell.id),
    column("guest", "VARCHAR", "", ({ cell }) => cell.guest),
    column("spec", "VARCHAR", "experiment", ({ cell }) => cell.spec),
    column("workload", "VARCHAR", "", ({ cell }) => cell.workload),
    column("label", "VARCHAR", "the workload with its parameters, for people", ({ cell }) => cell.label),
    column("parameters", "JSON", "name → value", ({ cell }) => JSON.stringify(cell.parameters)),
    column("metric", "VARCHAR", "primary metric", ({ cell }) => cell.metric),
    column("unit", "VARCHAR", "of the primary metric", ({ cell }) => cell.unit),
    column("direction", "VARCHAR", "which is better: lower, higher", ({ cell }) => cell.direction),
    column(
      "stage",
      "VARCHAR",
      "static: needs no boot; boot: the boot itself; guest: runs in a ready guest",
      ({ cell }) => cell.stage,
    ),
    column(
      "stop_reason",
      "VARCHAR",
      "why no more was measured; null: not recorded",
      ({ cell, loaded }) => loaded.stops.get(cell.id) ?? null,
    ),
  ],
);

export const samples = inCampaign<SampleRow>(
  "samples",
  "one value that a run gave; failed runs give none",
  ({ samples: rows, campaign }) => rows.map((sample) => ({ sample, guest: campaign.guests[sample.guest] })),
  [
    column("cell", "VARCHAR", "id, as in cells", ({ sample }) => sample.cell),
    column("guest", "VARCHAR", "", ({ sample }) => sample.guest),
    column("spec", "VARCHAR", "experiment", ({ sample }) => sample.spec),
    column("workload", "VARCHAR", "", ({ sample }) => sample.workload),
    column("label", "VARCHAR", "the workload with its parameters, for people", ({ sample }) => sample.label),
    column("metric", "VARCHAR", "what was measured", ({ sample }) => sample.metric),
    column(
      "is_primary",
      "BOOLEAN",
      "the metric that the cell is about; else seen on the way",
      ({ sample }) => sample.primary,
    ),
    column("value", "DOUBLE", "in `unit`", ({ sample }) => sample.value),
    column("unit", "VARCHAR", "", ({ sample }) => sample.unit),
    column(
      "functional_only",
      "BOOLEAN",
      "the guest's numbers are no measurement of cost",
      ({ guest }) => (guest?.functionalOnly ?? null) !== null,
    ),
    column("block", "INTEGER", "round of measuring, from 0", ({ sample }) => sample.block),
    column("boot", "VARCHAR", "null: the guest is always on, or the cell needs none", ({ sample }) => sample.boot),
    column("run", "VARCHAR", "unique in the campaign", ({ sample }) => sample.run),
    column("attempt", "INTEGER", "from 1; above 1: tried again after a failure", ({ sample }) => sample.attempt),
    column("ended_at", "TIMESTAMP", "end of the run, UTC", ({ sample }) => sample.at),
    column("metadata", "JSON", "what the tool said besides", ({ sample }) => JSON.stringify(sample.metadata)),
  ],
);

const boots = inCampaign<Of<"boots">>("boots", "one attempt to boot a guest", (loaded) => loaded.boots, [
  column("boot", "VARCHAR", "", ({ boot }) => boot),
  column("block", "INTEGER", "round of measuring, from 0", ({ block }) => block),
  column("guest", "VARCHAR", "", ({ guest }) => guest),
  column("profile", "VARCHAR", "which of the guest's ways to boot", ({ profile }) => profile),
  column("attempt", "INTEGER", "from 1", ({ attempt }) => attempt),
  column("started_at", "TIMESTAMP", "start, UTC", ({ at }) => at),
  column("ready_ms", "DOUBLE", "from start to ready; null: never", ({ readyMs }) => readyMs),
  column("outcome", "VARCHAR", "stopped, killed, failed, unknown", ({ outcome }) => outcome),
]);

const failures = inCampaign<Of<"failures">>("failures", "one failed boot or run", (loaded) => loaded.failures, [
  column("what", "VARCHAR", "boot, run", ({ what }) => what),
  column("id", "VARCHAR", "of the boot or run", ({ id }) => id),
  column("guest", "VARCHAR", "", ({ guest }) => guest),
  column("cell", "VARCHAR", "null for a boot", ({ cell }) => cell),
  column("block", "INTEGER", "round of measuring, from 0", ({ block }) => block),
  column("attempt", "INTEGER", "from 1", ({ attempt }) => attempt),
  column("class", "VARCHAR", "infrastructure, measurement", ({ class: kind }) => kind),
  column("error", "VARCHAR", "", ({ error }) => error),
  column("raw", "VARCHAR[]", "raw output, below the campaign's folder", ({ raw }) => raw),
  column("failed_at", "TIMESTAMP", "UTC", ({ at }) => at),
  column("recovered", "BOOLEAN", "a later attempt in the same block succeeded", ({ recovered }) => recovered),
]);

const skipped = inCampaign<Loaded["campaign"]["skipped"][number]>(
  "skipped",
  "one cell that the testbed cannot measure",
  ({ campaign }) => campaign.skipped,
  [
    column("guest", "VARCHAR", "", ({ guest }) => guest),
    column("spec", "VARCHAR", "experiment", ({ spec }) => spec),
    column("workload", "VARCHAR", "", ({ workload }) => workload),
    column("label", "VARCHAR", "the workload with its parameters, for people", ({ label }) => label),
    column("reason", "VARCHAR", "", ({ reason }) => reason),
  ],
);

export const tables: readonly Table<Loaded>[] = [campaigns, guests, cells, samples, boots, failures, skipped];
