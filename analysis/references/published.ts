/** One published number, whichever study, figure or table it stands in. */
import type { Cell } from "../../experiments/campaign/results.ts";

type Parameters = Cell["parameters"];

export interface Published {
  study: "raho2015" | "nfvrg2016" | "acharya2018" | "mavridis2019";
  /** Figure or table, as the study counts them. */
  place: string;
  /** Named as in the stacks of the study. */
  system: string;
  quantity: string;
  /** Under which the study measured it: message size, number of clients, mode. */
  parameters: Parameters;
  statistic: "value" | "average" | "maximum" | "standard deviation" | "95th percentile";
  unit: string;
  value: number;
}

/** A difference that a study states in words: it can be asserted, but is no point to plot. */
export interface Asserted {
  study: Published["study"];
  place: string;
  system: string;
  /** What the system is set against. */
  baseline: string;
  quantity: string;
  parameters: Parameters;
  /** How many times the baseline's value. */
  ratio: number;
  /** As the study puts it: −23.5 for 23.5 % below, a factor for "18 times". */
  stated: { value: number; unit: "%" | "times" };
  /** Standard deviation that the study gives with it, in % of the value. */
  deviationPercent?: number;
}

interface Statement extends Omit<Asserted, "ratio" | "parameters"> {
  parameters?: Parameters;
}

/** "18 times below" is stated as −18 times. */
export function asserted(statement: Statement): Asserted {
  const { value, unit } = statement.stated;
  const ratio = unit === "%" ? 1 + value / 100 : value < 0 ? -1 / value : value;
  return { parameters: {}, ...statement, ratio };
}
