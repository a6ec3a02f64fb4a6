import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

export const swappiness = fileSetting({
  name: "swappiness",
  title: "swappiness",
  schema: z.number().int().min(0).max(200).describe("0 avoids swapping, 100 takes swap for as cheap as files"),
  files: ["/proc/sys/vm/swappiness"],
  value: String,
});
