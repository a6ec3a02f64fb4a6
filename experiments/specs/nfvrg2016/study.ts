/** What the figures of nfvrg2016 have in common: the study, its systems, and when enough boots have been seen. */
export const nfvrg2016 = {
  study: "nfvrg2016",
  published: {
    systems: ["standardvm.xen", "standardvm.kvm", "container", "tinyx.kvm", "tinyx.xen", "osv.kvm", "minios.xen"],
    factors: "system",
    repetitions: "not stated",
    baseline: "none: the systems are set beside each other",
  },
  minBoots: 10,
  maxBoots: 30,
  precision: 0.05,
} as const;
