/**
 * The published JSON Schemas in schemas/ are what the code reads and writes. After a change of a schema:
 * `npm run test:unit -- -u analysis/schemas.test.ts`. A file of an older version stays as it is.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { campaignSchema, environmentSchema, eventSchema, teardownSchema } from "../experiments/campaign/results.ts";
import { summarySchema } from "./summary.ts";

const folder = join(import.meta.dirname, "../schemas");

const versionOf = (schema: { shape: { schemaVersion: z.ZodLiteral<number> } }) => schema.shape.schemaVersion.value;

const published = [
  {
    name: "campaign",
    what: "campaign.json: the plan of a campaign",
    schema: campaignSchema,
    version: versionOf(campaignSchema),
  },
  {
    name: "journal",
    what: "one line of journal.jsonl; its version is stated in campaign.json",
    schema: eventSchema,
    version: versionOf(campaignSchema),
  },
  {
    name: "teardown",
    what: "teardown.json: what was left over",
    schema: teardownSchema,
    version: versionOf(teardownSchema),
  },
  {
    name: "environment",
    what: "environment.json and a stack's lock",
    schema: environmentSchema.def.out,
    version: versionOf(environmentSchema.def.out),
    first: 2,
  },
  {
    name: "summary",
    what: "report/summary.json and `guestbench export --format json`",
    schema: summarySchema,
    version: versionOf(summarySchema),
  },
];

describe("schemas/", () => {
  it.each(published)("$name, version $version", async ({ name, what, schema, version }) => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
    const document = { $schema, title: `guestbench ${name}, version ${version}`, description: what, ...rest };
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(join(folder, `${name}-${version}.json`));
  });

  it("keeps the file of every older version", () => {
    for (const { name, version, first = 1 } of published)
      for (let old = first; old <= version; old++)
        expect(existsSync(join(folder, `${name}-${old}.json`)), name).toBe(true);
  });
});
