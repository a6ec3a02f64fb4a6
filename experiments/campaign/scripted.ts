/** For tests: a campaign whose guests are small shell scripts. Files in its folder make them misbehave. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Boot, Outputs } from "../../infra/outputs.ts";
import { type BootContext, defineWorkload, type Workload, type WorkloadContext } from "../workloads/workload.ts";
import { type CampaignFolder, createFolder, folderAt, readCampaign, writeCampaign } from "./folder.ts";
import { openJournal } from "./journal.ts";
import { guestsOf, planCells } from "./plan.ts";
import type { Campaign } from "./results.ts";
import { testOutputs } from "./testbed.ts";

export interface ScriptedCampaign {
  dir: string;
  campaign: Campaign;
  folder: CampaignFolder;
  outputs: Outputs;
  findWorkload(name: string): Workload;
}

const sh = (script: string) => ["sh", "-c", script];

/** Power is a file. */
function scriptedBoot(dir: string, name: string): Boot {
  const on = join(dir, "power", name);
  return {
    start: sh(
      `touch ${on}; echo "booting ${name}" >> ${dir}/console-${name}; ls ${dir}/power | wc -l >> ${dir}/power.log`,
    ),
    stop: sh(`rm ${on}`),
    kill: sh(`rm -f ${on}`),
    status: { argv: sh(`test -e ${on} && echo on || echo off`), on: "on" },
    pid: null,
    console: join(dir, `console-${name}`),
    memory: null,
  };
}

function workloadsIn(dir: string): Record<string, Workload> {
  const common = {
    metric: "time",
    unit: "s",
    direction: "lower" as const,
    needs: ["shell", "power"],
    bootProfile: "standard",
    parameters: z.strictObject({}),
    estimateMs: () => 100,
  };
  const inGuest = async (context: WorkloadContext) => {
    const { name } = context.guest;
    const script = [
      `if [ -e ${dir}/die-once ]; then rm ${dir}/die-once ${dir}/power/${name}; exit 1; fi`,
      `if [ -e ${dir}/hang ] && [ ! -e ${dir}/hanging ] && grep -Eq "^(any|${name})$" ${dir}/hang; then touch ${dir}/hanging; sleep 8; fi`,
      "echo 5",
    ].join("\n");
    const { stdout } = await context.inGuest(script, { timeoutMs: 10_000 });
    await context.saveRaw("echo.txt", stdout);
    return [{ metric: "time", value: Number(stdout), unit: "s", metadata: {} }];
  };
  const start = defineWorkload({
    ...common,
    ...{ name: "start", title: "Start", stage: "boot", label: () => "start" },
    async run(context: BootContext) {
      await context.start();
      return [{ metric: "time", value: 1, unit: "s", metadata: {} }];
    },
  });
  const echo = defineWorkload({
    ...common,
    ...{ name: "echo", title: "Echo", stage: "guest", label: () => "echo" },
    run: inGuest,
  });
  return { start, echo };
}

/** Makes the campaign in an empty folder, or opens the one that is there. */
export function scriptedCampaign(dir: string): ScriptedCampaign {
  mkdirSync(join(dir, "power"), { recursive: true });
  const outputs = testOutputs();
  for (const handle of Object.values(outputs.guests)) {
    if (handle.name !== "host") handle.boots = { standard: scriptedBoot(dir, handle.name) };
    handle.ready.deadlineMs = 5000;
  }
  const workloads = workloadsIn(dir);
  const findWorkload = (name: string) => workloads[name] as Workload;
  const id = "test-20260101T000000Z-0000";
  if (existsSync(join(dir, id))) {
    const folder = folderAt(join(dir, id));
    return { dir, campaign: readCampaign(folder) as Campaign, folder, outputs, findWorkload };
  }
  const spec = {
    ...{
      name: "s",
      title: "S",
      study: null,
      figure: null,
      published: null,
      method: "m",
      minBoots: 2,
      maxBoots: 2,
      precision: 0.05,
    },
    workloads: [
      { workload: "start", parameters: {} },
      { workload: "echo", parameters: {} },
    ],
  };
  const { cells, skipped, stopRule } = planCells([spec], guestsOf(outputs), findWorkload);
  const folder = createFolder(dir, id);
  const campaign: Campaign = {
    ...{ schemaVersion: 1, id, createdAt: "2026-01-01T00:00:00.000Z", stack: "test", baseline: null, specs: [] },
    ...{ seed: "s", ...stopRule, budgetMs: null, environmentHash: "0", guests: {}, cells, skipped, toolVersion: "0" },
  };
  writeCampaign(folder, campaign);
  const journal = openJournal(folder.journal);
  journal.append({ event: "campaign.started", at: "2026-01-01T00:00:00.000Z", pid: process.pid });
  journal.close();
  return { dir, campaign, folder, outputs, findWorkload };
}
