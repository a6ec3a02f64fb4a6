/** Two campaigns from their folders, compared. */
import { loadCampaign } from "../load.ts";
import { summarize } from "../summarize.ts";
import { type CellComparison, compareCells, regressions } from "./compare.ts";
import { comparisonText } from "./text.ts";

interface Comparison {
  before: string;
  after: string;
  cells: CellComparison[];
  /** For a terminal. */
  text: string;
  /** Worse by more than this part: 0.05 for 5 %. */
  regressions(threshold: number): CellComparison[];
}

export async function compareCampaigns(before: string, after: string): Promise<Comparison> {
  const [first, second] = [summarize(await loadCampaign(before)), summarize(await loadCampaign(after))];
  const cells = compareCells(first, second);
  return {
    ...{ before: first.campaign, after: second.campaign, cells, text: comparisonText(cells) },
    regressions: (threshold) => regressions(cells, threshold),
  };
}
