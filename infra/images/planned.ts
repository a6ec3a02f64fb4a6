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

const unikernel = (name: string): PlannedImage => ({
  reason: `not in this version: ${name}`,
  notOn: { arm64: "acharya2018 found no stable support for unikernels on ARMv8" },
});

export const plannedImages: Readonly<Record<string, PlannedImage>> = {
  alpine: { reason: "not in this version: Alpine Linux" },
  "alpine-docker": { reason: "not in this version: a guest that starts a container when it boots" },
  linuxkit: { reason: "not in this version: LinuxKit" },
  osv: unikernel("OSv"),
  rumprun: unikernel("Rumprun"),
  includeos: unikernel("IncludeOS"),
  mirageos: unikernel("MirageOS"),
  minios: unikernel("Mini-OS"),
};
