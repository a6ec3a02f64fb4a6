/** MirageOS for Solo5's virtio target: one program whose arguments, the address among them, are the command line. */
import { z } from "zod";
import { artefactSchema } from "../../artefacts/artefact.ts";
import { defineGivenImage, givenFields, ON_ARM } from "./given.ts";

const schema = z.strictObject({
  type: z.literal("mirageos"),
  ...givenFields,
  kernel: artefactSchema.describe("the .virtio file of `mirage configure -t virtio`"),
  arguments: z
    .array(z.string().regex(/^--\S+$/, { error: "expected an option such as --port=80" }))
    .default([])
    .describe("options of the unikernel beside its address"),
});

export const mirageos = defineGivenImage({
  type: "mirageos",
  schema,
  artefact: "a .virtio unikernel of MirageOS",
  notOn: { arm64: ON_ARM },
  roles: ["kernel"],
  files: ({ kernel }) => ({ kernel: { artefact: kernel, kind: "kernel" } }),
  capabilities: ["vm"],
  access: [],
  machine: "pc",
  powersOff: false,
  boot: (fields, { address, prefix, gateway }) => ({
    cmdline: [`--ipv4=${address}/${prefix}`, `--ipv4-gateway=${gateway}`, ...fields.arguments].join(" "),
  }),
});
