import { settingContract } from "./contract.ts";
import { cpuIsolation, isolatedGroup } from "./cpu-isolation.ts";

const SWITCH = "/sys/fs/cgroup/cgroup.subtree_control";
const GROUP = isolatedGroup("demo");
const otherHands = (now: string) => ({ part: GROUP, file: `${GROUP}/cpuset.cpus.partition`, content: "member\n", now });

settingContract(cpuIsolation, {
  intel: {
    wanted: { cpus: "3,2" },
    description: "none",
    record: { [SWITCH]: ["+cpuset", "+cpuset"], [GROUP]: ["absent", "isolated 2-3"] },
    otherHands: otherHands("member 2-3"),
  },
  amd: {
    wanted: { cpus: "47,95", partition: "root" },
    description: "none",
    record: { [SWITCH]: ["-cpuset", "+cpuset"], [GROUP]: ["absent", "root 47,95"] },
    otherHands: otherHands("member 47,95"),
  },
  arm: { wanted: { cpus: "1" }, lacks: "this host has no cgroup v2 with the cpuset controller" },
});
