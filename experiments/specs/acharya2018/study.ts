/** What the comparisons of acharya2018 have in common. Its full text is not public: repetitions are this project's own choice. */
export const acharya2018 = {
  study: "acharya2018",
  published: {
    systems: ["kvm", "kvm.ovs-dpdk", "kvm.vosyswitch", "docker", "rkt", "rumprun", "osv"],
    factors: "system; x86 and ARMv8; with KVM, the tap bridge or a user-space switch",
    repetitions: "not public",
    baseline: "kvm",
  },
  minBoots: 10,
  maxBoots: 30,
  precision: 0.05,
} as const;
