import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { campaignSchema, eventSchema } from "../experiments/campaign/results.ts";
import { type FileVersion, readerAmong } from "../experiments/campaign/versions.ts";
import { loadCampaign } from "./load.ts";

/** Written once, and never again when the format changes: what was measured stays readable. */
const stored = join(import.meta.dirname, "fixtures/stored/version-1");
const document = JSON.parse(readFileSync(join(stored, "campaign.json"), "utf8"));
const lines = readFileSync(join(stored, "journal.jsonl"), "utf8").trimEnd().split("\n");

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "guestbench-versions-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("a stored campaign of version 1", () => {
  it("is read whole", async () => {
    const { version, campaign, samples, failures, outcome } = await loadCampaign(stored);
    expect({
      version,
      cells: campaign.cells.length,
      samples: samples.length,
      failures: failures.length,
      outcome,
    }).toEqual({
      ...{ version: 1, cells: 27, samples: 67 },
      ...{ failures: 1, outcome: "complete" },
    });
  });

  it("is read with an environment of the first version", async () => {
    const folder = join(root, "first-environment");
    await cp(stored, folder, { recursive: true });
    const path = join(folder, "environment.json");
    const host = { architecture: "x86_64", cpuModel: "Made-up", cpus: 2, memoryMiB: 512, kernel: "6.1", os: "Debian" };
    const first = { schemaVersion: 1, stack: "local", host, images: {}, networks: {}, toolchain: { node: "24" } };
    await writeFile(path, JSON.stringify({ ...first, host: { ...host, accelerator: { name: "tcg", reason: "" } } }));
    expect((await loadCampaign(folder)).environment).toMatchObject({
      hardware: { cpuModel: "Made-up", accelerator: "tcg", cores: null },
      guests: null,
      toolchain: { node: "24" },
    });
    await writeFile(path, JSON.stringify({ ...first, host: {} }));
    await expect(loadCampaign(folder)).rejects.toThrow(/environment of version 1/);
  });

  it("is refused by name when its version is not known, or none", async () => {
    for (const [version, problem] of [
      [99, "schemaVersion: 99 was written by a newer guestbench; this one reads up to"],
      [undefined, "schemaVersion: expected a version"],
      ["1", "schemaVersion: expected a version"],
    ] as const) {
      const folder = join(root, `version-${version}`);
      await cp(stored, folder, { recursive: true });
      const path = join(folder, "campaign.json");
      await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), schemaVersion: version }));
      await expect(loadCampaign(folder)).rejects.toThrow(`${path}: ${problem}`);
    }
  });
});

describe("a version 2", () => {
  /** Made up: cells have a list of units, and a run's duration is in seconds. */
  const campaign = z.looseObject({
    schemaVersion: z.literal(2),
    cells: z.array(z.looseObject({ units: z.array(z.string()) })),
  });
  const event = z.looseObject({ event: z.string(), durationSeconds: z.number().optional() });
  const versions: FileVersion[] = [
    {
      campaign: campaignSchema,
      event: eventSchema,
      next: {
        campaign: (value) => {
          const old = campaignSchema.parse(value);
          return {
            ...old,
            schemaVersion: 2,
            cells: old.cells.map(({ unit, ...cell }) => ({ ...cell, units: [unit] })),
          };
        },
        event: (value) => {
          const { durationMs, ...old } = value as { durationMs?: number };
          return durationMs === undefined ? old : { ...old, durationSeconds: durationMs / 1000 };
        },
      },
    },
    { campaign, event },
  ];
  const read = (value: unknown) =>
    readerAmong<z.infer<typeof campaign>, z.infer<typeof event>>(versions, value, "campaign.json");

  it("reads the stored campaign of version 1 as its own", () => {
    const reader = read(document);
    expect(reader.version).toBe(1);
    expect(reader.campaign.cells[0]).toMatchObject({ units: ["ms"] });
    expect(reader.campaign.cells[0]).not.toHaveProperty("unit");
    const events = lines.map((line) => reader.event(JSON.parse(line)));
    expect(events.every(({ success }) => success)).toBe(true);
    const up = events.find(({ data }) => data?.event === "step.finished")?.data;
    expect(up).toMatchObject({ durationSeconds: 41.2 });
    expect(up).not.toHaveProperty("durationMs");
  });

  it("reads its own as it is, and says what is wrong in either version's words", () => {
    const own = { schemaVersion: 2, cells: [{ units: ["ms", "s"] }] };
    expect(read(own)).toMatchObject({ version: 2, campaign: own });
    expect(read(own).event({ event: "x", durationSeconds: 1 }).success).toBe(true);
    expect(() => read({ schemaVersion: 2, cells: [{}] })).toThrow("campaign.json: cells.0.units");
    expect(() => read({ ...document, seed: 1 })).toThrow("campaign.json: seed");
    expect(read(document).event({ event: "x" }).success).toBe(false);
  });
});
