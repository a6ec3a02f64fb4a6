/** What a published study contributes: values by system and quantity, statements in words, and its hardware. */
import type { Campaign, Cell } from "../../experiments/campaign/results.ts";
import type { Testbed } from "./testbed.ts";

export type Guest = Campaign["guests"][string];
/** The part of a cell that decides which published value stands beside it. */
export type Measured = Pick<Cell, "workload" | "label" | "parameters" | "stage">;

export interface PublishedValue {
  value: number;
  unit: string;
  /** Where in the study it stands. */
  source: string;
}

export interface Reference {
  study: string;
  citation: string;
  /** CPU model of the study's host, in words, and how to recognise it among a host's facts. */
  cpu: { name: string; pattern: RegExp } | null;
  testbed: Testbed;
  /** null: the study has no such system or quantity. */
  lookup(guestName: string, guest: Guest, cell: Measured): PublishedValue | null;
  /** The study's statements in words that bear on this measurement. */
  notes(cell: Measured): string[];
}
