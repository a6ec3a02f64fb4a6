/** What the public part of acharya2018 claims; its full text is not public, so the workloads are derived from these claims. */
import { acharya2018Statements } from "../references/acharya2018.ts";
import { above, type Claim, level, type Measurement, near } from "./claim.ts";

const cpu: Measurement = { workload: "sysbench-cpu" };
const memory: Measurement = { workload: "sysbench-memory" };
const network: Measurement = { workload: "iperf3" };

const containers = ["docker", "rkt"];
const unikernels = ["osv", "rumprun"];
/** "Slightly better": ahead, but by no more than this. */
const SLIGHTLY = 1.15;

const claim = (architecture: string, what: string, says: string, rest: Partial<Claim>): Claim => {
  const name = architecture === "arm64" ? "armv8" : "x86";
  const base = { id: `acharya2018/${name}-${what}`, study: "acharya2018", place: "abstract" } as const;
  return { ...base, says: `on ${name}, ${says}`, architectures: [architecture], ratios: [], ...rest };
};

const named = [
  [cpu, "cpu"],
  [memory, "memory"],
] as const;

export const acharya2018Claims: readonly Claim[] = [
  ...named.flatMap(([of, what]) =>
    [...containers, ...unikernels].map((system) =>
      claim("x86_64", `${what}-${system}`, `${system} is slightly better than KVM on ${what}`, {
        ratios: [{ system, baseline: "kvm", of, atLeast: 1, atMost: SLIGHTLY }],
      }),
    ),
  ),
  ...acharya2018Statements.map(({ system, baseline, ratio, place }) => {
    const difference = ratio < 1 ? `${Math.round(1 / ratio)} times lower than` : `almost ${ratio} times`;
    const says = `${system}'s network throughput is ${difference} ${baseline}'s`;
    return claim("x86_64", `network-${system}`, says, { place, ratios: [near(system, baseline, network, ratio)] });
  }),
  ...["kvm.ovs-dpdk", "kvm.vosyswitch"].map((system) =>
    claim(
      "x86_64",
      `switch-${system}`,
      `${system} overcomes the bridge: faster than KVM on it, level with a container`,
      {
        ratios: [...above(system, ["kvm"], network), level(system, "docker", network, 0.15)],
      },
    ),
  ),
  ...named.flatMap(([of, what]) =>
    containers.map((system) =>
      claim("arm64", `${what}-${system}`, `KVM is level with ${system} on ${what}`, {
        ratios: [level("kvm", system, of)],
      }),
    ),
  ),
  claim("arm64", "network", "KVM is the fastest on network", { ratios: above("kvm", containers, network) }),
  claim("arm64", "unikernels", "unikernels lack stable support", { unsupported: unikernels }),
];
