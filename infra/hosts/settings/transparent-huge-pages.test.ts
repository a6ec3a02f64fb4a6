import { settingContract } from "./contract.ts";
import { transparentHugePages } from "./transparent-huge-pages.ts";

const DIR = "/sys/kernel/mm/transparent_hugepage";
const others = (content: string, now: string) => ({ part: `${DIR}/enabled`, file: `${DIR}/enabled`, content, now });

settingContract(transparentHugePages, {
  intel: {
    wanted: { enabled: "never", defrag: "never" },
    description: "enabled: madvise, defrag: madvise",
    record: { [`${DIR}/enabled`]: ["madvise", "never"], [`${DIR}/defrag`]: ["madvise", "never"] },
    otherHands: others("[always] madvise never\n", "always"),
  },
  amd: {
    wanted: { enabled: "never" },
    description: "enabled: always, defrag: madvise",
    record: { [`${DIR}/enabled`]: ["always", "never"] },
    otherHands: others("always [madvise] never\n", "madvise"),
  },
  arm: {
    wanted: { enabled: "madvise", defrag: "defer+madvise" },
    description: "enabled: never, defrag: madvise",
    record: { [`${DIR}/enabled`]: ["never", "madvise"], [`${DIR}/defrag`]: ["madvise", "defer+madvise"] },
    otherHands: others("[always] madvise never\n", "always"),
  },
});
