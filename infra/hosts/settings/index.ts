/**
 * Every setting of a host, in the order in which they are applied: processors come and go with SMT, a governor moves the
 * energy preference, and irqbalance would undo an affinity.
 *
 * tune.ts holds a stack's `host.settings` and `host.require` against a host. Each object depends on the one before it; the
 * guests' pool of huge pages also follows the setting `hugePages`, and guests that are to run on CPUs of `cpuIsolation`
 * belong below `isolatedGroup(stack)`. What the making of a setting prints has to reach its removal on the host as
 * $PULUMI_COMMAND_STDOUT: it is the second copy of the record.
 */
import { z } from "zod";
import { aslr } from "./aslr.ts";
import { bridgeNetfilter } from "./bridge-netfilter.ts";
import { maxCStateLatencyUs } from "./c-state-latency.ts";
import { cpuIsolation } from "./cpu-isolation.ts";
import { energyPreference } from "./energy-preference.ts";
import { governor } from "./governor.ts";
import { hugePages } from "./huge-pages.ts";
import { irqAffinity } from "./irq-affinity.ts";
import { irqbalance } from "./irqbalance.ts";
import { ksm } from "./ksm.ts";
import { nmiWatchdog } from "./nmi-watchdog.ts";
import { numaBalancing } from "./numa-balancing.ts";
import { smt } from "./smt.ts";
import { swappiness } from "./swappiness.ts";
import { transparentHugePages } from "./transparent-huge-pages.ts";
import { turbo } from "./turbo.ts";

export const settings = {
  smt,
  governor,
  energyPreference,
  turbo,
  maxCStateLatencyUs,
  transparentHugePages,
  hugePages,
  numaBalancing,
  ksm,
  swappiness,
  aslr,
  nmiWatchdog,
  bridgeNetfilter,
  irqbalance,
  irqAffinity,
  cpuIsolation,
} as const;

export type SettingName = keyof typeof settings;
const names = Object.keys(settings) as [SettingName, ...SettingName[]];

type Shape = { [N in SettingName]: z.ZodOptional<(typeof settings)[N]["schema"]> };
const shape = Object.fromEntries(
  Object.entries(settings).map(([name, { schema }]) => [name, (schema as z.ZodType).optional()]),
) as unknown as Shape;

/** A stack's `host.settings`: what is not named is not touched. */
export const settingsSchema = z
  .strictObject({
    ...shape,
    bestEffort: z
      .array(z.enum(names))
      .default([])
      .describe("settings that a host may lack: reported then; any other that it lacks refuses the host"),
  })
  .superRefine((wanted, context) => {
    for (const [index, name] of wanted.bestEffort.entries())
      if (wanted[name] === undefined)
        context.addIssue({ code: "custom", path: ["bestEffort", index], message: `${name} is not among the settings` });
  });

export type Settings = z.output<typeof settingsSchema>;
