import { z } from "zod";
import { quote } from "../shell.ts";
import { defineSetting } from "./setting.ts";
import { files } from "./shell.ts";

const CONTROL = "/sys/devices/system/cpu/smt/control";
/** What the kernel says where it is off for good. */
const OFF = ["off", "forceoff", "notsupported"];

export const smt = defineSetting({
  name: "smt",
  title: "switch for simultaneous multithreading",
  schema: z.boolean().describe("whether a core runs more than one thread; off takes the second threads offline"),
  probe: `show ${files(CONTROL)}`,
  apply: (on) =>
    on
      ? `want on ${files(CONTROL)}`
      : `get ${CONTROL}\ncase $v in ${OFF.map(quote).join(" | ")}) want "$v" ${files(CONTROL)} ;; *) want off ${files(CONTROL)} ;; esac`,
  lacks(on, { values }) {
    const now = values[CONTROL];
    if (now === undefined || now === "notimplemented") return "this host has no switch for simultaneous multithreading";
    return on && now !== "on" && now !== "off" ? `simultaneous multithreading is off for good here: ${now}` : null;
  },
  describe: ({ [CONTROL]: now = "" }) => (now === "notimplemented" ? "no switch" : now),
});
