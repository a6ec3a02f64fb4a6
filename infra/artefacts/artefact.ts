/**
 * A file that the user gives, because it cannot be made from packages: a unikernel, an old release, an archive of sources.
 * It is always named with its checksum, so that results say what they were taken with.
 */
import { z } from "zod";

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: "expected the 64 hexadecimal digits that sha256sum prints" });

export const artefactSchema = z
  .strictObject({
    file: z
      .string()
      .regex(/^\//, { error: "expected an absolute path on this machine" })
      .optional()
      .describe("where it lies on this machine"),
    url: z
      .url({ protocol: /^https?$/, error: "expected an http or https URL" })
      .optional()
      .describe("where it is had"),
    sha256: sha256Schema.describe("checksum that it must have"),
    architecture: z
      .enum(["x86_64", "arm64"])
      .optional()
      .describe("what it runs on, where its own header does not say; default: whatever the host is"),
  })
  .refine(({ file, url }) => (file === undefined) !== (url === undefined), {
    error: "expected either a file or a url",
  })
  .describe("a file from the user, named with its checksum");

export type Artefact = z.output<typeof artefactSchema>;

export const artefactNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{0,39}$/, { error: "expected a name of a-z, 0-9, . and -, at most 40 characters" });
