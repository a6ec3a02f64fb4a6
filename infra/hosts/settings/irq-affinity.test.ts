import { describe, expect, test } from "vitest";
import { settingContract } from "./contract.ts";
import { canonicalList, irqAffinity, maskOf } from "./irq-affinity.ts";

const DEFAULT = "/proc/irq/default_smp_affinity";
const others = (irq: number) => ({
  part: `/proc/irq/${irq}/smp_affinity_list`,
  file: `/proc/irq/${irq}/smp_affinity_list`,
  content: "5\n",
  now: "5",
});

settingContract(irqAffinity, {
  intel: {
    wanted: "0,1",
    description: "CPU 0-31 × 12, CPU 3 × 1",
    record: {
      "/proc/irq/{0,8,9,16,24-31}/smp_affinity_list": ["0-31", "0-1"],
      "/proc/irq/32/smp_affinity_list": ["3", "0-1"],
      [DEFAULT]: ["ffffffff", "3"],
    },
    otherHands: others(32),
  },
  amd: {
    wanted: "0-23,48-71",
    description: "CPU 0-95 × 11, CPU 48-51 × 4",
    record: {
      "/proc/irq/{0,8,9,40-47}/smp_affinity_list": ["0-95", "0-23,48-71"],
      "/proc/irq/{48-51}/smp_affinity_list": ["48-51", "0-23,48-71"],
      [DEFAULT]: ["ffffffff,ffffffff,ffffffff", "ff,ffff0000,00ffffff"],
    },
    otherHands: others(40),
  },
  arm: {
    wanted: "64",
    description: "CPU 0-127 × 20",
    record: {
      "/proc/irq/{2-5,60-75}/smp_affinity_list": ["0-127", "64"],
      [DEFAULT]: ["ffffffff,ffffffff,ffffffff,ffffffff", "1,00000000,00000000"],
    },
    otherHands: others(60),
  },
});

describe("as the kernel writes CPUs", () => {
  test.each([
    ["1", "1", "2"],
    ["0,1", "0-1", "3"],
    ["3,1-2,2,9", "1-3,9", "20e"],
    ["31", "31", "80000000"],
    ["32", "32", "1,00000000"],
    ["0,35-36", "0,35-36", "18,00000001"],
  ])("%s: list %s, mask %s", (cpus, list, mask) => {
    expect(canonicalList(cpus)).toBe(list);
    expect(maskOf(cpus)).toBe(mask);
  });
});
