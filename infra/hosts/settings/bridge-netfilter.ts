import { z } from "zod";
import { fileSetting } from "./file-setting.ts";

/** The knobs come with the module br_netfilter, which a container engine may load after the stack's settings are made. */
export const bridgeNetfilter = fileSetting({
  name: "bridgeNetfilter",
  title: "bridge netfilter",
  schema: z.boolean().describe("whether frames that a bridge forwards go through the packet filter"),
  files: ["/proc/sys/net/bridge/bridge-nf-call-*tables"],
  value: (on) => (on ? "1" : "0"),
  absent: false,
  words: { "0": "off", "1": "on" },
});
