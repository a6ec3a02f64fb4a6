/**
 * Images that the user gives, as no package holds them: a stack's `images` names the files with their checksums, and
 * each type knows how such an image is told its address and what to run. What it can do is declared here once.
 */
import { z } from "zod";
import type { Artefact } from "../../artefacts/artefact.ts";
import type { Kind } from "../../artefacts/identify.ts";
import type { DeclaredArchitecture } from "../../hosts/declared.ts";
import type { BootText, GivenFiles, ImageCapability, ImageRecipe, Wiring } from "../image.ts";

export type Role = keyof GivenFiles;

const applications = ["iperf", "http", "mysql", "hackbench"] as const;

const word = z.string().regex(/^[\x21-\x7e]+$/, { error: "expected one word without spaces" });

/** What is said of every given image. */
export const givenFields = {
  application: z.enum(applications).describe("what it was built to run; workloads ask for it"),
  version: word.default("unknown").describe("release of the system that it was built with, for the report"),
};

/** The command line of its application. */
export const commandField = z.array(word).min(1).describe("the application and its arguments, one word each");

interface CommonFields {
  application: (typeof applications)[number];
  version: string;
}

export interface GivenImage<S extends z.ZodType<CommonFields>> {
  type: string;
  schema: S;
  /** What the user has to give, as part of a sentence. */
  artefact: string;
  /** What it runs on; another where an artefact says so itself. */
  notOn?: Partial<Record<DeclaredArchitecture, string>>;
  roles: readonly Role[];
  files(fields: z.output<S>): Partial<Record<Role, { artefact: Artefact; kind: Kind }>>;
  capabilities: readonly ImageCapability[];
  access: ImageRecipe["access"];
  /** Machine type whose devices it has drivers for, where that is not the platform's own choice. */
  machine?: "pc";
  /** Whether it powers off when it is asked to. */
  powersOff: boolean;
  boot(fields: z.output<S>, wiring: Wiring): BootText;
}

export function defineGivenImage<S extends z.ZodType<CommonFields>>(image: GivenImage<S>): GivenImage<S> {
  return image;
}

export const ON_ARM =
  "acharya2018 found no stable support for unikernels on ARMv8; an artefact for it is taken all the same";
