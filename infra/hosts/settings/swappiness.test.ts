import { settingContract } from "./contract.ts";
import { swappiness } from "./swappiness.ts";

const FILE = "/proc/sys/vm/swappiness";
const otherHands = { part: FILE, file: FILE, content: "100\n", now: "100" };

settingContract(swappiness, {
  intel: { wanted: 1, description: "60", record: { [FILE]: ["60", "1"] }, otherHands },
  amd: { wanted: 10, fulfilled: [`${FILE}\t10\t10`] },
  arm: { wanted: 0, description: "60", record: { [FILE]: ["60", "0"] }, otherHands },
});
