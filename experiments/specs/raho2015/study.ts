/** What the figures of raho2015 have in common: the study, its systems, and ten boots for its ten runs. */
export const raho2015 = { study: "raho2015", minBoots: 10, maxBoots: 10, precision: 0.05 } as const;

/** `factors`: what the figure varies beside the system. */
export function asPublished(factors: string) {
  return {
    systems: ["host", "dom0", "domu", "kvm", "docker"],
    factors: `system; ${factors}`,
    repetitions: "mean and standard deviation of ten consecutive runs",
    baseline: "host",
  };
}
