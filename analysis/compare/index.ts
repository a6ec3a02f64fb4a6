/** Two campaigns from their folders, compared. */
import { loadCampaign } from "../load.ts";
import { detectableFor } from "../noise.ts";
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
  const [first, second] = [await loadCampaign(before), await loadCampaign(after)];
  // of the same stack in most cases; else what the noisier of the two allows
  const a = await detectableFor(before, first.campaign.stack);
  const b = await detectableFor(after, second.campaign.stack);
  const labels = Object.keys({ ...a, ...b });
  const noise = Object.fromEntries(labels.map((label) => [label, Math.max(a[label] ?? 0, b[label] ?? 0)]));
  const cells = compareCells(summarize(first), summarize(second), noise);
  return {
    ...{ before: first.campaign.id, after: second.campaign.id, cells, text: comparisonText(cells) },
    regressions: (threshold) => regressions(cells, threshold),
  };
}
