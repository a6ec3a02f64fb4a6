/**
 * Platforms of the studies that this version cannot run. A stack may declare guests of them, so that what a study
 * measured can be read in its stack; they are shown with their reason and never made.
 */
import { z } from "zod";
import { addressSchema, guestFields } from "../schema.ts";

/** Platform → why no guest of it runs. */
export const plannedPlatforms = {
  rkt: "not in this version: rkt, whose last release is of 2018",
  "solo5-hvt": "not in this version: Solo5's hvt tender",
} as const;

const names = Object.keys(plannedPlatforms) as (keyof typeof plannedPlatforms)[];

export const plannedSchema = z.strictObject({
  platform: z.enum(names),
  ...guestFields,
  address: addressSchema.optional().describe("the guest's address on the network"),
});

type PlannedFields = z.output<typeof plannedSchema>;

export function isPlanned(guest: { platform: string }): guest is PlannedFields {
  return Object.hasOwn(plannedPlatforms, guest.platform);
}
