/**
 * Images of the studies that this version does not have. A guest of one may be declared; it is shown with the reason
 * and never made.
 */
import type { DeclaredArchitecture } from "../hosts/declared.ts";

interface PlannedImage {
  /** Why no guest has it. */
  reason: string;
  /** What would keep it from running on an architecture even then. */
  notOn?: Partial<Record<DeclaredArchitecture, string>>;
}

export const plannedImages: Readonly<Record<string, PlannedImage>> = {
  alpine: { reason: "not in this version: Alpine Linux" },
  "alpine-docker": { reason: "not in this version: a guest that starts a container when it boots" },
  minios: {
    reason: "not in this version: Mini-OS",
    notOn: { arm64: "acharya2018 found no stable support for unikernels on ARMv8" },
  },
};
