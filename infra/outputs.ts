/**
 * What a provisioned stack tells the world: one document, `pulumi stack output --json`, checked here.
 * A guest's handle is plain data: argv arrays that a shell script could run as they are.
 */
import { z } from "zod";
import { limitsSchema } from "./hosts/limits.ts";

const argv = z.array(z.string()).min(1).describe("a command as an argument vector, run without a shell");

const bootSchema = z
  .strictObject({
    start: argv.describe("powers the guest on; instantiation is timed from the moment this is issued"),
    stop: argv.describe("asks the guest to power off"),
    kill: argv.describe("cuts the power; must work whatever the guest does"),
    status: z.strictObject({
      argv,
      on: z.string().describe("what stdout holds, trimmed, while the guest has power"),
    }),
    pid: argv.nullable().describe("prints the process id of the monitor or container's first process; null where none"),
    console: z.string().nullable().describe("file on the host that the guest's console is written to; null where none"),
    memory: z
      .strictObject({
        argv: argv.describe("prints the host's accounting of the running guest's memory"),
        format: z.enum(["smaps_rollup", "cgroup-v1", "cgroup-v2", "xl-list"]),
      })
      .nullable()
      .describe("null where this way of booting cannot tell (all memory reserved in advance)"),
  })
  .describe("one way of powering the guest");

const handleSchema = z.strictObject({
  name: z.string(),
  platform: z.string().describe("how it is run: bare-metal, docker, kvm …"),
  image: z.string().describe("what runs in it: debian, tinyx …"),
  network: z.string().describe("key into networks"),
  architecture: z.enum(["x86_64", "arm64"]),
  vcpus: z.number().int().positive(),
  memoryMiB: z.number().int().positive(),
  cpus: z.string().nullable().describe("host CPUs the guest is pinned to, as a list like 1 or 2-3; null: not pinned"),
  accelerator: z.enum(["none", "kvm", "tcg", "xen"]).describe("what really executes the guest's instructions"),
  functionalOnly: z
    .string()
    .nullable()
    .describe("why numbers from this guest must not be compared (software emulation …); null where they may be"),
  address: z.string().describe("IPv4 address on the experiment network"),
  mac: z.string().nullable(),
  interface: z.string().describe("host interface that carries the guest's traffic"),
  capabilities: z
    .array(z.string())
    .describe("what workloads can ask for: shell, fork, exec, network, power, tool:hackbench …"),
  access: z
    .strictObject({
      type: z.enum(["ssh", "exec"]),
      argv: argv.describe("prefix; the command to run in the guest is appended as one shell string"),
    })
    .nullable(),
  ready: z.strictObject({
    type: z.enum(["shell", "ping"]).describe("what shows that the guest is ready: a shell answers, or a ping reply"),
    deadlineMs: z.number().int().positive(),
  }),
  boots: z
    .record(z.string(), bootSchema)
    .describe(
      "ways of powering the guest, by profile; `standard` always, `memory` where memory is measured apart; empty: always on",
    ),
  imageFiles: z
    .array(z.strictObject({ path: z.string(), role: z.string(), bytes: z.number().int().nonnegative() }))
    .describe("artefacts that boot, with apparent sizes in bytes; empty: nothing boots"),
  settings: z.record(z.string(), z.string()).describe("every other knob of the guest as declared, for the report"),
  definition: z
    .string()
    .optional()
    .describe(
      "what the hypervisor or engine is told, as text: a libvirt domain, a container; missing where nothing is",
    ),
});

const networkSchema = z.strictObject({
  type: z.string(),
  subnet: z.string(),
  hostAddress: z.string(),
  bridge: z.string(),
  client: z.strictObject({
    argv: argv.describe("prefix that runs a command where the load generator lives (namespace, CPU pinning)"),
    address: z.string(),
    interface: z.string().describe("interface inside the client's namespace"),
    cpus: z.string().nullable(),
  }),
  settings: z.record(z.string(), z.string()).describe("what else it is made of: data path, switch version …"),
});

export const outputsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  stack: z.string(),
  host: z.strictObject({
    name: z.string(),
    architecture: z.enum(["x86_64", "arm64"]),
    cpuModel: z.string(),
    cpus: z.number().int().positive(),
    memoryMiB: z.number().int().positive(),
    kernel: z.string(),
    os: z.string(),
    virtualized: z.string().nullable().describe("hypervisor that this host itself runs under; null on bare metal"),
    accelerator: z.strictObject({ name: z.enum(["kvm", "tcg"]), reason: z.string() }),
    tools: z.record(z.string(), z.string()).describe("versions of what runs the guests: qemu, libvirt, docker …"),
    runtimeDir: z.string().describe("folder on the host for files of a campaign"),
    limits: limitsSchema.optional().describe("beyond these a run is disturbed"),
    run: z.array(z.string()).describe("put before an argv, makes it run on the host; empty: the host is this machine"),
  }),
  networks: z.record(z.string(), networkSchema),
  images: z.record(z.string(), z.record(z.string(), z.unknown())).describe("each image's build manifest"),
  guests: z.record(z.string(), handleSchema),
  artefacts: z
    .record(z.string(), z.strictObject({ path: z.string(), sha256: z.string() }))
    .optional()
    .describe("files that the user gave, by name, with their paths on the machine that guestbench runs on"),
  unavailable: z.record(z.string(), z.string()).describe("declared guests that this host cannot run, with the reason"),
});

export type Boot = z.infer<typeof bootSchema>;
export type Handle = z.infer<typeof handleSchema>;
export type NetworkOutput = z.infer<typeof networkSchema>;
export type Outputs = z.infer<typeof outputsSchema>;
