/** How the numbers of a summary come about, in the words that report and summary.json carry. */
import { RESAMPLES } from "./statistics/bootstrap.ts";
import { OUTLIER_MIN_VALUES } from "./statistics/describe.ts";
import type { Summary } from "./summary.ts";

export const method: Summary["method"] = {
  estimator: "median of all samples of a cell",
  interval: `95 % hierarchical bootstrap of the median: boots drawn with replacement, then runs within each drawn boot, then samples within each drawn run; drawn together to the spread of whole boots, bias-corrected, and widened by Student's t for few boots; up to ${RESAMPLES} resamples, seeded by the campaign's seed; none below two boots`,
  ratio:
    "median over the baseline guest's median of the same workload, with the interval of the ratio from the two sides' independent resamples",
  test: "Mann and Whitney's, on one median per boot, exact for small samples; corrected after Holm over all comparisons of a spec; effect size Cliff's delta",
  difference:
    "different: the interval of the ratio leaves out 1, the corrected p is below 0.05, and the ratio is beyond the least effect that an A/A campaign on the stack found detectable, where there is one",
  mean: "harmonic for rates, geometric for indices, else arithmetic",
  outliers: `Tukey: more than 1.5 interquartile ranges outside the quartiles, from ${OUTLIER_MIN_VALUES} samples on; marked, never dropped`,
  bimodality: "Sarle's coefficient above 5/9 without the outliers, from 10 samples on",
  resamples: RESAMPLES,
};
