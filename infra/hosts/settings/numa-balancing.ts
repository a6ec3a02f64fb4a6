import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

export const numaBalancing = fileSetting({
  name: "numaBalancing",
  title: "automatic NUMA balancing",
  schema: z.boolean().describe("whether the kernel moves pages and tasks between NUMA nodes by itself"),
  files: ["/proc/sys/kernel/numa_balancing"],
  value: (on) => (on ? "1" : "0"),
  words: { "0": "off", "1": "on", "2": "memory tiering" },
});
