/** What the figures of nfvrg2016 have in common: the study, and when enough boots have been seen. */
export const nfvrg2016 = { study: "nfvrg2016", minBoots: 10, maxBoots: 30, precision: 0.05 } as const;
