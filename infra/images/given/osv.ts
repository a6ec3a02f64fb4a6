/** OSv: one process, threads, no fork. The loader takes a line of options for the system, then the application. */
import { z } from "zod";
import { artefactSchema } from "../../artefacts/artefact.ts";
import { commandField, defineGivenImage, givenFields, ON_ARM } from "./given.ts";

const schema = z.strictObject({
  type: z.literal("osv"),
  ...givenFields,
  kernel: artefactSchema.describe("loader-stripped.elf of OSv's build"),
  disk: artefactSchema.describe("usr.img of the same build, as a raw image"),
  command: commandField,
});

export const osv = defineGivenImage({
  type: "osv",
  schema,
  artefact: "OSv's loader-stripped.elf and usr.img",
  notOn: { arm64: ON_ARM },
  roles: ["kernel", "disk"],
  files: ({ kernel, disk }) => ({
    kernel: { artefact: kernel, kind: "kernel" },
    disk: { artefact: disk, kind: "file" },
  }),
  capabilities: ["vm", "threads"],
  access: [],
  powersOff: false,
  boot: ({ command }, { address, netmask, gateway }) => ({
    cmdline: [`--ip=eth0,${address},${netmask}`, `--defaultgw=${gateway}`, ...command].join(" "),
  }),
});
