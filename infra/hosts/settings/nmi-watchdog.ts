import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

export const nmiWatchdog = fileSetting({
  name: "nmiWatchdog",
  title: "NMI watchdog",
  schema: z
    .boolean()
    .describe("the detector of hard lockups, which takes a performance counter and interrupts each CPU"),
  files: ["/proc/sys/kernel/nmi_watchdog"],
  value: (on) => (on ? "1" : "0"),
  words: { "0": "off", "1": "on" },
});
