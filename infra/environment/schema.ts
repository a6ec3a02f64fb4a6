/**
 * The environment of a testbed as one document: what a result depends on, and nothing that differs between two runs on
 * the same testbed. `stacks/<testbed>.lock.json`, a campaign's `environment.json` and `guestbench env capture` are it.
 * Groups, and fields within them, stand in the order in which a difference matters.
 */
import { z } from "zod";

const texts = z.record(z.string(), z.string());

const hardwareSchema = z.strictObject({
  accelerator: z
    .string()
    .nullable()
    .describe("what really executes virtual machines: kvm, tcg …; null: not known, the stack was not up"),
  virtualized: z.string().nullable().describe("hypervisor that the host itself runs under; null on bare metal"),
  architecture: z.string(),
  cpuModel: z.string(),
  cpuIdentity: z.array(z.string()).describe("vendor, family, model, stepping as the kernel prints them"),
  sockets: z.number().int().nullable(),
  cores: z.number().int().nullable().describe("physical cores of all sockets"),
  cpus: z.number().int().positive().describe("logical CPUs that are present; which are online is a setting"),
  caches: texts.describe("level and type → size × how many, as L1d → 32K × 4"),
  memoryMiB: z
    .number()
    .int()
    .positive()
    .describe(
      "installed, from the kernel's memory blocks or Xen; else MemTotal rounded up: does not vary between boots",
    ),
  numa: z.record(z.string(), z.number().int().nullable()).describe("node → its memory in MiB, where the kernel tells"),
  hugePageSizes: z.array(z.string()),
  machine: z.string().nullable().describe("maker and model of the machine or board"),
  cpuFlags: z.array(z.string()),
});

const firmwareSchema = z.strictObject({
  microcode: z.array(z.string()),
  mitigations: texts.describe("CPU vulnerability → what the kernel does about it"),
  bios: z.string().nullable(),
});

const kernelSchema = z.strictObject({
  release: z.string(),
  build: z.string().describe("what uname -v prints: tells two builds of one release apart"),
  commandLine: z.string(),
  xenCommandLine: z.string().nullable(),
  kvm: texts.describe("parameters of the KVM modules, as kvm_intel.nested → Y"),
  os: z.string(),
  outOfTreeModules: texts.describe("modules that taint the kernel → taint flags and version"),
  driverModules: z
    .array(z.string())
    .describe("loaded modules that drive devices; what is loaded on demand is left out"),
});

const networkSchema = z.record(z.string(), z.unknown()).describe("as in the stack's outputs");

const imageSchema = z.strictObject({
  recipe: z
    .string()
    .nullable()
    .describe(
      "hash of everything that the image is made from but the user's ssh keys; null: changed since it was built",
    ),
  architecture: z.string(),
  kernelRelease: z.string(),
  kernelPackageVersion: z.string(),
  system: z.string(),
  files: texts.describe(
    "artefact → `sha256 …`, or `content …`: a hash without keys and times, where the bytes hold any",
  ),
  tools: texts,
  packages: texts,
});

const guestSchema = z.strictObject({
  accelerator: z.string(),
  platform: z.string(),
  image: z.string(),
  network: z.string(),
  architecture: z.string(),
  vcpus: z.number().int(),
  cpus: z.string().nullable(),
  memoryMiB: z.number().int(),
  settings: texts,
  address: z.string(),
  definition: z.array(z.string()).describe("lines of what the hypervisor or engine is told; empty where nothing is"),
});

const uncaptured = "null: the stack was not up, so there was nothing to see";

const documentSchema = z.strictObject({
  schemaVersion: z.literal(2),
  stack: z.string(),
  hardware: hardwareSchema,
  firmware: firmwareSchema,
  kernel: kernelSchema,
  settings: texts.describe("knobs of the host"),
  tools: z.strictObject({
    versions: texts.describe("tool → version it prints"),
    packages: texts.describe("distribution package → version, of what runs the guests"),
  }),
  networks: z.record(z.string(), networkSchema).nullable().describe(uncaptured),
  images: z.record(z.string(), imageSchema).nullable().describe(uncaptured),
  guests: z.record(z.string(), guestSchema).nullable().describe(uncaptured),
  toolchain: texts.describe("what made the testbed: part → version"),
});

/** A document of another version is refused in one sentence, instead of by everything that is new in it. */
export const environmentSchema = z
  .looseObject({
    schemaVersion: z.literal(2, {
      error: ({ input }) =>
        `this is an environment of version ${JSON.stringify(input)}, this guestbench reads version 2: use the guestbench that wrote it, or capture it again`,
    }),
  })
  .pipe(documentSchema);

export type Environment = z.infer<typeof documentSchema>;
export type HostPart = Pick<Environment, "hardware" | "firmware" | "kernel" | "settings" | "tools">;
export type Group = Exclude<keyof Environment, "schemaVersion" | "stack">;

/** Most consequential first. */
export const groups: readonly Group[] = (Object.keys(documentSchema.shape) as (keyof Environment)[]).filter(
  (key): key is Group => key !== "schemaVersion" && key !== "stack",
);

/** Fields of each group whose own order tells how much a difference matters; others come by name. */
export const fieldOrder: Readonly<Partial<Record<Group, readonly string[]>>> = {
  hardware: Object.keys(hardwareSchema.shape),
  firmware: Object.keys(firmwareSchema.shape),
  kernel: Object.keys(kernelSchema.shape),
  tools: ["versions", "packages"],
  images: Object.keys(imageSchema.shape),
  guests: Object.keys(guestSchema.shape),
};

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** The one way to write the document: groups in their order, everything below sorted by key. */
export function renderEnvironment(environment: Environment): string {
  const { schemaVersion, stack } = environment;
  const content = Object.fromEntries(groups.map((group) => [group, sorted(environment[group])]));
  return `${JSON.stringify({ schemaVersion, stack, ...content }, null, 2)}\n`;
}
