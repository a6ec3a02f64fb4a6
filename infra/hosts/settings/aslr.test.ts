import { aslr } from "./aslr.ts";
import { settingContract } from "./contract.ts";

const FILE = "/proc/sys/kernel/randomize_va_space";
const has = {
  wanted: "off" as const,
  description: "full",
  record: { [FILE]: ["2", "0"] as [string, string] },
  otherHands: { part: FILE, file: FILE, content: "1\n", now: "1" },
};

settingContract(aslr, {
  intel: has,
  amd: has,
  arm: {
    ...has,
    wanted: "conservative",
    record: { [FILE]: ["2", "1"] },
    otherHands: { ...has.otherHands, content: "0\n", now: "0" },
  },
});
