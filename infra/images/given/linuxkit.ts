/** LinuxKit: kernel, initrd and command line as `linuxkit build --format kernel+initrd` made them. */
import { z } from "zod";
import { artefactSchema } from "../../artefacts/artefact.ts";
import { ipArgument } from "../image.ts";
import { defineGivenImage, givenFields } from "./given.ts";

const schema = z.strictObject({
  type: z.literal("linuxkit"),
  ...givenFields,
  kernel: artefactSchema.describe("NAME-kernel"),
  initrd: artefactSchema.describe("NAME-initrd.img"),
  cmdline: z
    .string()
    .regex(/^[\x20-\x7e]*$/, { error: "expected one line" })
    .default("")
    .describe("what NAME-cmdline holds; console and address are added"),
});

export const linuxkit = defineGivenImage({
  type: "linuxkit",
  schema,
  artefact: "kernel, initrd and cmdline of a linuxkit build",
  roles: ["kernel", "initrd"],
  files: ({ kernel, initrd }) => ({
    kernel: { artefact: kernel, kind: "kernel" },
    initrd: { artefact: initrd, kind: "file" },
  }),
  capabilities: ["vm", "fork", "exec"],
  access: [],
  powersOff: true,
  // the kernel's own address configuration, which a DHCP client among the image's onboot services would replace
  boot: ({ cmdline }, wiring) => ({
    cmdline: [`console=${wiring.console}`, cmdline, ipArgument(wiring)].filter(Boolean).join(" "),
  }),
});
