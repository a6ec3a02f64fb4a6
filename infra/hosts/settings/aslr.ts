import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

const LEVELS = { off: "0", conservative: "1", full: "2" } as const;

export const aslr = fileSetting({
  name: "aslr",
  title: "address space randomization",
  schema: z
    .enum(["off", "conservative", "full"])
    .describe("randomization of addresses; conservative leaves out the heap"),
  files: ["/proc/sys/kernel/randomize_va_space"],
  value: (level) => LEVELS[level],
  words: { "0": "off", "1": "conservative", "2": "full" },
});
