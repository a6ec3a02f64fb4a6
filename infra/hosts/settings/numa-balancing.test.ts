import { settingContract } from "./contract.ts";
import { numaBalancing } from "./numa-balancing.ts";

const FILE = "/proc/sys/kernel/numa_balancing";
const off = {
  wanted: false,
  description: "on",
  record: { [FILE]: ["1", "0"] as [string, string] },
  otherHands: { part: FILE, file: FILE, content: "2\n", now: "2" },
};

settingContract(numaBalancing, { intel: off, amd: { wanted: true, fulfilled: [`${FILE}\t1\t1`] }, arm: off });
