/** What the tables of mavridis2019 have in common: the study, its systems, and when enough boots have been seen. */
export const mavridis2019 = { study: "mavridis2019", minBoots: 10, maxBoots: 30, precision: 0.05 } as const;

/** `factors`: what the table varies beside the system. */
export function asPublished(factors: string) {
  return {
    systems: [
      ...["container.bare-metal", "container.vm", "container.vm-virtio", "linuxkit", "osv", "rumprun"],
      ...["includeos", "mirageos"],
    ],
    factors: `system${factors === "" ? "" : `; ${factors}`}`,
    repetitions: "not stated; average, maximum and standard deviation as the tool prints them",
    baseline: "container.bare-metal",
  };
}
