/**
 * IncludeOS: the chainloader, a 32-bit multiboot kernel, starts the 64-bit service that it finds as its module, and both
 * get the same arguments. A service reads its address from them only where its own code does; else the address is built in.
 */
import { z } from "zod";
import { artefactSchema } from "../../artefacts/artefact.ts";
import { defineGivenImage, givenFields, ON_ARM } from "./given.ts";

const schema = z.strictObject({
  type: z.literal("includeos"),
  ...givenFields,
  chainloader: artefactSchema.describe("the chainloader of its release"),
  service: artefactSchema.describe("the service, a 64-bit ELF"),
  arguments: z
    .array(z.string().regex(/^[^\s,]+$/, { error: "expected one word without spaces and commas" }))
    .default([])
    .describe("what the service reads from its arguments; {address}, {netmask} and {gateway} are filled in"),
});

export const includeos = defineGivenImage({
  type: "includeos",
  schema,
  artefact: "IncludeOS' chainloader and a service",
  notOn: { arm64: ON_ARM },
  roles: ["kernel", "initrd"],
  files: ({ chainloader, service }) => ({
    kernel: { artefact: chainloader, kind: "kernel" },
    initrd: { artefact: service, kind: "program" },
  }),
  capabilities: ["vm"],
  access: [],
  machine: "pc",
  powersOff: false,
  boot: (fields, { address, netmask, gateway }) => {
    const known: Record<string, string> = { address, netmask, gateway };
    const words = fields.arguments.map((word) => word.replaceAll(/\{(\w+)\}/g, (whole, name) => known[name] ?? whole));
    const text = words.join(" ");
    return { cmdline: text, ...(text === "" ? {} : { initrdArguments: text }) };
  },
});
