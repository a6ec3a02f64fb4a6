/**
 * Rumprun: programs baked into a NetBSD kernel, which takes its configuration as JSON on the command line. Its network
 * driver is legacy virtio's. UniK's images for it are the same file.
 */
import { z } from "zod";
import { artefactSchema } from "../../artefacts/artefact.ts";
import { commandField, defineGivenImage, givenFields, ON_ARM } from "./given.ts";

const schema = z.strictObject({
  type: z.literal("rumprun"),
  ...givenFields,
  kernel: artefactSchema.describe("what rumprun-bake made for hw_virtio; of UniK's build, program.bin"),
  command: commandField,
});

export const rumprun = defineGivenImage({
  type: "rumprun",
  schema,
  artefact: "what rumprun-bake made for hw_virtio",
  notOn: { arm64: ON_ARM },
  roles: ["kernel"],
  files: ({ kernel }) => ({ kernel: { artefact: kernel, kind: "kernel" } }),
  capabilities: ["vm"],
  access: [],
  machine: "pc",
  powersOff: false,
  boot: ({ command: [bin, ...args] }, { address, prefix, gateway }) => ({
    cmdline: JSON.stringify({
      net: {
        interfaces: { vioif0: { addrs: [{ type: "inet", method: "static", addr: `${address}/${prefix}` }] } },
        gateways: [{ type: "inet", addr: gateway }],
      },
      rc: [{ bin, args }],
    }),
  }),
});
