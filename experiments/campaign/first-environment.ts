/** environment.json of version 1, which told of the host alone; what it did not look at is empty or null. */
import { z } from "zod";
import type { Environment } from "./results.ts";

const firstEnvironmentSchema = z.object({
  schemaVersion: z.literal(1),
  stack: z.string(),
  host: z.object({
    architecture: z.string(),
    cpuModel: z.string(),
    cpus: z.number(),
    memoryMiB: z.number(),
    kernel: z.string(),
    os: z.string(),
    virtualized: z.string().nullable().default(null),
    accelerator: z.object({ name: z.string() }).nullable().default(null),
    tools: z.record(z.string(), z.string()).default({}),
    settings: z.record(z.string(), z.string()).default({}),
  }),
  toolchain: z.record(z.string(), z.string()),
});

/** Anything else is returned as it is, for the newest schema to judge. */
export function newestEnvironment(document: unknown): unknown {
  const first = firstEnvironmentSchema.safeParse(document);
  if (!first.success) return document;
  const { stack, host, toolchain } = first.data;
  const { architecture, cpuModel, cpus, memoryMiB, virtualized } = host;
  const environment: Environment = {
    schemaVersion: 2,
    stack,
    hardware: {
      accelerator: host.accelerator?.name ?? null,
      ...{ virtualized, architecture, cpuModel, cpus, memoryMiB },
      ...{ cpuIdentity: [], sockets: null, cores: null, caches: {}, numa: {} },
      ...{ hugePageSizes: [], machine: null, cpuFlags: [] },
    },
    firmware: { microcode: [], mitigations: {}, bios: null },
    kernel: {
      ...{ release: host.kernel, build: "", commandLine: host.settings["kernel command line"] ?? "" },
      ...{ xenCommandLine: null, kvm: {}, os: host.os, outOfTreeModules: {}, driverModules: [] },
    },
    settings: host.settings,
    tools: { versions: host.tools, packages: {} },
    networks: null,
    images: null,
    guests: null,
    toolchain,
  };
  return environment;
}
