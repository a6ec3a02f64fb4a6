/** Every study with published values or statements, and whether ours may be put beside them. */
import type { Environment } from "../../experiments/campaign/results.ts";
import { acharya2018, acharya2018Statements } from "./acharya2018.ts";
import { mavridis2019, mavridis2019Numbers, mavridis2019Statements } from "./mavridis2019.ts";
import { nfvrg2016, nfvrg2016Numbers } from "./nfvrg2016.ts";
import type { Asserted, Published } from "./published.ts";
import { raho2015, raho2015Statements } from "./raho2015.ts";
import type { Guest, Measured, Reference } from "./reference.ts";
import { fileDifferences, type TestbedDifference, testbedDifferences } from "./testbed.ts";

export type { Measured } from "./reference.ts";

export const references: readonly Reference[] = [nfvrg2016, raho2015, acharya2018, mavridis2019];

/** Every number that the studies print and that is legible. */
export const numbers: readonly Published[] = [...nfvrg2016Numbers, ...mavridis2019Numbers];

/** Every difference that the studies state in words only. */
export const statements: readonly Asserted[] = [
  ...raho2015Statements,
  ...acharya2018Statements,
  ...mavridis2019Statements,
];

export interface Comparison {
  study: string;
  value: number;
  unit: string;
  source: string;
  comparable: boolean;
  /** Why, or why not. */
  reason: string;
  /** Between the two testbeds. */
  differences: TestbedDifference[];
}

/** The published value that belongs beside a cell, if there is one. */
export function compare(
  guestName: string,
  guest: Guest,
  cell: Measured,
  unit: string,
  environment: Environment | null,
  quick = false,
): Comparison | null {
  const hostCpu = environment?.hardware.cpuModel ?? null;
  for (const reference of references) {
    const published = reference.lookup(guestName, guest, cell);
    if (published !== null)
      return {
        study: reference.study,
        ...published,
        ...verdict(reference, guest, cell, unit, published.unit, hostCpu, quick),
        differences: (cell.stage === "static" ? fileDifferences : testbedDifferences)(reference.testbed, {
          environment,
          guest,
        }),
      };
  }
  return null;
}

export function notesOn(cell: Measured): string[] {
  return references.flatMap((reference) => reference.notes(cell));
}

function verdict(
  reference: Reference,
  guest: Guest,
  cell: Measured,
  unit: string,
  publishedUnit: string,
  hostCpu: string | null,
  quick: boolean,
): { comparable: boolean; reason: string } {
  const obstacles: string[] = [];
  if (unit !== publishedUnit) obstacles.push(`measured in ${unit}, published in ${publishedUnit}`);
  if (cell.stage !== "static") {
    if (quick) obstacles.push("quick pass: sizes were cut");
    if (guest.functionalOnly !== null) obstacles.push(`functional only (${guest.accelerator})`);
    if (reference.cpu !== null) {
      if (hostCpu === null) obstacles.push(`this host's CPU is not recorded (study: ${reference.cpu.name})`);
      else if (!reference.cpu.pattern.test(hostCpu))
        obstacles.push(`other hardware: ${hostCpu}, not ${reference.cpu.name}`);
    }
  }
  if (obstacles.length > 0) return { comparable: false, reason: obstacles.join("; ") };
  if (cell.stage === "static")
    return {
      comparable: true,
      reason: "a file's size depends on neither CPU nor accelerator; what the images hold differs",
    };
  return {
    comparable: true,
    reason: `same CPU model (${reference.cpu?.name ?? "none stated"}); software versions differ`,
  };
}
