/** How quiet a host has to be while a run lasts: a run beyond any of these is marked, and done again. */
import { z } from "zod";

export const limitsSchema = z.strictObject({
  stealPercent: z.number().min(0).max(100).optional().describe("processor time kept by a hypervisor below this host"),
  temperatureC: z.number().positive().optional().describe("hottest thermal zone"),
  frequencyDropPercent: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe("how far the processors' mean frequency may lie below what it was when the run began"),
  interruptsPerSecond: z.number().positive().optional(),
  throttled: z.number().int().min(0).optional().describe("times a core was throttled for heat; 0: never"),
  otherLoadPercent: z
    .number()
    .min(0)
    .optional()
    .describe("processor time of what was there before and is none of the stack's, in percent of one processor"),
});

export type Limits = z.infer<typeof limitsSchema>;
