import { settingContract } from "./contract.ts";
import { ksm } from "./ksm.ts";

const FILE = "/sys/kernel/mm/ksm/run";

settingContract(ksm, {
  intel: {
    wanted: true,
    description: "stopped",
    record: { [FILE]: ["0", "1"] },
    otherHands: { part: FILE, file: FILE, content: "2\n", now: "2" },
  },
  amd: {
    wanted: false,
    description: "running",
    record: { [FILE]: ["1", "2"] },
    otherHands: { part: FILE, file: FILE, content: "0\n", now: "0" },
  },
  arm: {
    wanted: false,
    description: "stopped",
    record: { [FILE]: ["0", "2"] },
    otherHands: { part: FILE, file: FILE, content: "1\n", now: "1" },
  },
});
