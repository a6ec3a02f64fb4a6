import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

export const ksm = fileSetting({
  name: "ksm",
  title: "kernel samepage merging",
  schema: z.boolean().describe("merging of equal pages; off also takes pages apart that were merged before"),
  files: ["/sys/kernel/mm/ksm/run"],
  // 0 would stop the merging only, and leave the guests' pages shared
  value: (on) => (on ? "1" : "2"),
  words: { "0": "stopped", "1": "running", "2": "stopped, no page merged" },
});
