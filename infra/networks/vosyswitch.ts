/**
 * VOSYSwitch of Virtual Open Systems: proprietary, and nothing public describes its interface. This is a contract: the
 * stack names the program, proves it by its checksum and says how it is launched; every virtual machine gets one
 * vhost-user socket. Without that it is unavailable, and no other switch is ever run under its name.
 */
import { join } from "node:path";
import { z } from "zod";
import { sha256Schema } from "../artefacts/artefact.ts";
import type { HostObject } from "../hosts/objects.ts";
import { end, launch } from "../hosts/processes.ts";
import { quote } from "../hosts/shell.ts";
import { macOf } from "../platforms/mac.ts";
import { runtimeDir } from "../toolchain/paths.ts";
import { vhostUserPortOf } from "./names.ts";
import { defineNetwork, type NetworkPlan, type Plug, refused } from "./network.ts";
import { clientObject, clientPort, commonOutput, commonPlan, networkFields } from "./parts.ts";

const PLACEHOLDERS = {
  launch: ["binary", "bridge", "client", "runtime", "guests"],
  guest: ["name", "socket", "mac", "address"],
} as const;

/** Arguments with placeholders of one kind, some of which must be there. */
function template(kind: keyof typeof PLACEHOLDERS, needed: readonly string[]) {
  const known: readonly string[] = PLACEHOLDERS[kind];
  return z
    .array(z.string())
    .min(1)
    .superRefine((words, context) => {
      const used = words.flatMap((word) => [...word.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""));
      for (const name of used.filter((name) => !known.includes(name)))
        context.addIssue(`unknown placeholder {${name}}: expected one of ${known.map((one) => `{${one}}`).join(", ")}`);
      const there = (name: string) => (name === "guests" ? words.includes("{guests}") : used.includes(name));
      for (const name of needed.filter((name) => !there(name)))
        context.addIssue(`{${name}} is missing: the switch must be told of it`);
    });
}

const programSchema = z.strictObject({
  binary: z
    .string()
    .regex(/^\/[\w./+-]+$/, { error: "expected the absolute path of VOSYSwitch on the host" })
    .describe("the program on the host"),
  sha256: sha256Schema.describe("checksum of the program, so that results name what they were taken with"),
  launch: template("launch", ["binary", "client", "guests"]).describe(
    "arguments that run it in the foreground: {binary}, {bridge}, {runtime} (a folder of its own), {client} (interface that leads to the load generator), and {guests} as a word of its own, where each guest's arguments go",
  ),
  guest: template("guest", ["socket"]).describe("arguments for one guest: {socket}, {mac}, {address}, {name}"),
  listens: z
    .enum(["switch", "guest"])
    .default("switch")
    .describe("who listens on the vhost-user sockets, the other end connects"),
});

type Program = z.infer<typeof programSchema>;

const schema = z.strictObject({
  type: z.literal("vosyswitch"),
  ...networkFields({ bridge: "gby0", net: "198.18.3", namespace: "gb-client-y" }),
  program: programSchema
    .optional()
    .describe("the user's own VOSYSwitch; without it, guests on the network are skipped"),
});

/** Pure: the launch template with everything filled in. */
export function launchArgv(
  { binary, launch, guest }: Program,
  values: { bridge: string; client: string; runtime: string },
  guests: readonly { name: string; socket: string; mac: string; address: string }[],
): string[] {
  const fill = (word: string, known: Record<string, string>) =>
    word.replaceAll(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
  return launch.flatMap((word) =>
    word === "{guests}"
      ? guests.flatMap((one) => guest.map((part) => fill(part, one)))
      : [fill(word, { ...values, binary })],
  );
}

const runDir = (stack: string, { bridge }: NetworkPlan) => join(runtimeDir(stack), `vosyswitch-${bridge}`);
const socketOf = (run: string, address: string) => join(run, `${vhostUserPortOf(address)}.sock`);

/** Pure: the user's program as a process of the stack's, ready when its sockets are there. */
function switchProcess(stack: string, plan: NetworkPlan, program: Program, guests: readonly Plug[]): HostObject {
  const { binary, sha256, listens } = program;
  const run = runDir(stack, plan);
  const [pidFile, log] = [`${run}/pid`, `${run}/log`];
  const sockets = guests.map(({ address }) => socketOf(run, address));
  const argv = launchArgv(
    program,
    { bridge: plan.bridge, client: clientPort(plan), runtime: run },
    guests.map(({ name, address }) => ({ name, address, socket: socketOf(run, address), mac: macOf(address) })),
  );
  // a shell's name for it is not its program's where the program is a script
  const alive = `pid=$(cat ${pidFile}) && [ -e /proc/$pid/exe ] && tr '\\0' '\\n' </proc/$pid/cmdline | grep -qxF ${binary}`;
  const listening = listens === "switch" ? sockets.map((socket) => `[ -S ${socket} ]`) : [];
  const name = binary.slice(binary.lastIndexOf("/") + 1);
  return {
    kind: "switch",
    name: plan.bridge,
    exists: [alive, ...listening].join(" && "),
    create: [
      `[ -x ${binary} ] || { echo "VOSYSwitch is not at ${binary} on this host, or cannot be run" >&2; exit 1; }`,
      `found=$(sha256sum ${binary} | cut -d' ' -f1)`,
      `[ $found = ${sha256} ] || { echo "${binary} has the checksum $found, and the stack says ${sha256}" >&2; exit 1; }`,
      `mkdir -p ${run}`,
      launch("VOSYSwitch", argv.map(quote).join(" "), ["kill -0 $daemon", ...listening].join(" && "), log, pidFile),
    ].join("\n"),
    remove: [`if [ -e ${pidFile} ]; then`, end(pidFile, name.slice(0, 15)), "fi", `rm -rf ${run}`].join("\n"),
  };
}

export const vosyswitch = defineNetwork({
  type: "vosyswitch",
  schema,
  packages: [],
  artefact: "the proprietary program, and how it is launched",
  plan: (name, network) => ({
    ...commonPlan(name, network),
    attaches: { machines: ["vhost-user"], containers: null, host: false },
  }),
  unavailable: ({ program }, { facts }) => {
    if (program === undefined)
      return "VOSYSwitch is proprietary and not part of this tool: say in the stack where yours is, and how it is launched (program)";
    if (facts.tools.ethtool === undefined) return "ethtool is not installed: apt-get install ethtool";
    return null;
  },
  hugePages: () => ({}),
  create: (plan, network, host, parent, guests) => {
    const { program } = network;
    if (program === undefined) return refused(plan, "guests without a program");
    const port = clientPort(plan);
    // the switch opens the host's end itself
    const joining = {
      joined: `ip link show dev ${port}`,
      join: `ip link set ${port} up`,
      leave: null,
      offloads: false,
    };
    const client = host.object(clientObject(plan, network.namespace, joining), parent);
    const resource = host.object(switchProcess(host.stack, plan, program, guests), parent, [client], [client]);
    return {
      machine: ({ address }) => ({
        port: {
          type: "vhost-user",
          socket: socketOf(runDir(host.stack, plan), address),
          mode: program.listens === "switch" ? "client" : "server",
        },
        interface: port,
        resource,
      }),
      container: () => refused(plan, "containers"),
      output: {
        ...commonOutput(plan, network.namespace, host),
        settings: {
          "data path": "VOSYSwitch, given by the user",
          program: program.binary,
          "program's sha256": program.sha256,
          "vhost-user sockets": `the ${program.listens} listens`,
        },
      },
    };
  },
});
