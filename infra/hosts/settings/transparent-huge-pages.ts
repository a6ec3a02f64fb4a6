import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

const DEFRAG = "/sys/kernel/mm/transparent_hugepage/defrag";

export const transparentHugePages = fileSetting({
  name: "transparentHugePages",
  title: "transparent huge pages",
  schema: z.strictObject({
    enabled: z.enum(["always", "madvise", "never"]).describe("which memory is backed by huge pages without asking"),
    defrag: z
      .enum(["always", "defer", "defer+madvise", "madvise", "never"])
      .optional()
      .describe("who waits for memory to be compacted; default: left as found"),
  }),
  files: ["/sys/kernel/mm/transparent_hugepage/enabled", DEFRAG],
  value: ({ enabled, defrag }, file) => (file === DEFRAG ? (defrag ?? null) : enabled),
  describe: (values) =>
    Object.entries(values)
      .map(([path, value]) => `${path.split("/").at(-1)}: ${value}`)
      .join(", "),
});
