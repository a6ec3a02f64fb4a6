/**
 * Open vSwitch with DPDK: virtual machines by vhost-user, their memory shared with the switch, whose own threads poll
 * for packets and burn a whole CPU each. QEMU listens and the switch connects, so that it can be restarted under
 * running guests. Client, host and containers are on it by the slow path, through the switch's main thread.
 */
import { join } from "node:path";
import { z } from "zod";
import type { HostContext } from "../hosts/host.ts";
import { PAGE_KIB } from "../hosts/huge-pages.ts";
import type { HostObject } from "../hosts/objects.ts";
import { chooseOpenvswitch, type Openvswitch } from "../hosts/openvswitch.ts";
import { cpuListSchema, cpusOf } from "../schema.ts";
import { runtimeDir } from "../toolchain/paths.ts";
import { vhostUserPortOf } from "./names.ts";
import { defineNetwork, type NetworkPlan } from "./network.ts";
import {
  containerByVeth,
  hostSwitch,
  inDataPath,
  present,
  switchBridge,
  switchJoining,
  switchSettings,
} from "./openvswitch.ts";
import { clientObject, clientPort, commonOutput, commonPlan, networkFields } from "./parts.ts";

const schema = z.strictObject({
  type: z.literal("ovs-dpdk"),
  ...networkFields({ bridge: "gbd0", net: "198.18.2", namespace: "gb-client-d" }),
  pmdCpus: cpuListSchema
    .optional()
    .describe(
      "host CPUs that poll; default: the first that is neither the guests' nor the client's, else the client's first",
    ),
  socketMemoryMiB: z
    .number()
    .int()
    .min(128)
    .max(65_536)
    .default(1024)
    .describe("the switch's own memory in MiB; each port takes some 60"),
  hugePages: z
    .enum(["2MiB", "1GiB", "none"])
    .default("2MiB")
    .describe("pages that back the switch's own memory; none: ordinary ones, which are slower"),
});

type Network = z.infer<typeof schema>;

const PACKAGES = ["openvswitch-switch-dpdk", "librte-meta-mempool", "librte-meta-net", "ethtool"] as const;

/** CPUs that poll. */
function pmdCpusOf({ pmdCpus }: Network, { facts, guestCpus, clientCpus }: HostContext): string {
  if (pmdCpus !== undefined) return pmdCpus;
  const taken = new Set([...cpusOf(guestCpus), ...cpusOf(clientCpus)]);
  const free = Array.from({ length: facts.cpus }, (_, cpu) => cpu).find((cpu) => !taken.has(cpu));
  return String(free ?? cpusOf(clientCpus)[0]);
}

/** A CPU list as a hexadecimal mask, e.g. 0,2-3 → 0xd. */
function cpuMask(list: string): string {
  return `0x${cpusOf(list)
    .reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n)
    .toString(16)}`;
}

const pagesDir = (stack: string) => join(runtimeDir(stack), "dpdk-pages");

/** Pure: a mount of one page size for the switch alone, so that it takes no pages of another. */
function pagesMount(stack: string, size: string): HostObject {
  const path = pagesDir(stack);
  return {
    kind: "mount",
    name: path,
    exists: `grep -q " ${path} hugetlbfs " /proc/mounts`,
    create: `mkdir -p ${path}; mount -t hugetlbfs -o pagesize=${PAGE_KIB[size]}K none ${path}`,
    remove: `if grep -q " ${path} " /proc/mounts; then umount ${path}; fi; rmdir ${path} 2>/dev/null || true`,
  };
}

/** Pure: DPDK in a switch of the stack's own. Its memory is given back when it is removed, by a switch without it. */
function dpdkObject(stack: string, network: Network, pmdCpus: string, access: Openvswitch): HostObject {
  const { vsctl, restart } = access;
  const memory = String(network.socketMemoryMiB);
  const settings: Record<string, string> = {
    "dpdk-init": "true",
    "pmd-cpu-mask": cpuMask(pmdCpus),
    "per-port-memory": "true",
    ...(network.hugePages === "none"
      ? { "dpdk-extra": `--no-pci --no-telemetry --no-huge --legacy-mem -m ${memory}` }
      : {
          "dpdk-extra": `--no-pci --no-telemetry --huge-dir ${pagesDir(stack)} --huge-unlink=always`,
          "dpdk-socket-mem": memory,
          "dpdk-socket-limit": memory,
        }),
  };
  const set = Object.entries(settings).map(([key, value]) => `other_config:${key}="${value}"`);
  const undo = [`${vsctl} --no-wait clear Open_vSwitch . other_config`, restart ?? "true"].join("\n");
  return {
    kind: "dpdk",
    name: "openvswitch",
    exists: `[ "$(${vsctl} get Open_vSwitch . dpdk_initialized)" = true ]`,
    create: [
      `${vsctl} --no-wait set Open_vSwitch . ${set.map((one) => `'${one}'`).join(" ")}`,
      // a switch that cannot have its memory ends: it goes on without, and the reason is told
      `if ! (\n${restart ?? "true"}\n); then`,
      undo,
      "  exit 1",
      "fi",
    ].join("\n"),
    remove: `if ${vsctl} --timeout=5 get Open_vSwitch . _uuid >/dev/null 2>&1; then\n${undo}\nfi`,
  };
}

const socketsDir = (stack: string) => join(runtimeDir(stack), "vhost-user");

/** Pure: a port whose other end is a socket that QEMU listens on. */
function vhostUserPort(plan: NetworkPlan, access: Openvswitch, port: string, socket: string): HostObject {
  const { vsctl } = access;
  const dir = socket.slice(0, socket.lastIndexOf("/"));
  return {
    kind: "port",
    name: port,
    exists: inDataPath(access, port),
    create: [
      `mkdir -p ${dir}`,
      `${vsctl} add-port ${plan.bridge} ${port} -- set Interface ${port} type=dpdkvhostuserclient options:vhost-server-path=${socket}`,
      present(access, port),
    ].join("\n"),
    remove: [
      `${vsctl} --timeout=10 --if-exists del-port ${port} 2>/dev/null || true`,
      `rm -f ${socket}; rmdir ${dir} 2>/dev/null || true`,
    ].join("\n"),
  };
}

export const ovsDpdk = defineNetwork({
  type: "ovs-dpdk",
  schema,
  packages: PACKAGES,
  plan: (name, network) => ({
    ...commonPlan(name, network),
    claims: { bridge: network.bridge, namespace: network.namespace, type: "the host's one switch with DPDK" },
    cpus: network.pmdCpus === undefined ? {} : { pmdCpus: network.pmdCpus },
    attaches: { machines: ["vhost-user"], containers: "veth", host: true },
  }),
  unavailable: ({ hugePages }, { stack, facts, markers }) => {
    const { dpdkProgram, dpdkDrivers, system } = facts.openvswitch;
    const missing = dpdkProgram === null || !dpdkDrivers || facts.tools.ethtool === undefined;
    if (missing) return `Open vSwitch with DPDK is not installed: apt-get install ${PACKAGES.join(" ")}`;
    if (system === "plain" && !chooseOpenvswitch(stack, facts.openvswitch, markers).own)
      return "this host's own Open vSwitch runs without DPDK: set other_config:dpdk-init=true in it, or stop it";
    if (hugePages !== "none" && !facts.hugePageSizes.includes(hugePages))
      return `huge pages of ${hugePages} are asked for, and this host's kernel or CPU has none: set the network's hugePages to "none"`;
    return null;
  },
  hugePages: ({ hugePages, socketMemoryMiB }, { stack, facts, markers }) =>
    hugePages === "none" || !chooseOpenvswitch(stack, facts.openvswitch, markers).own
      ? {}
      : { [hugePages]: Math.ceil((socketMemoryMiB * 1024) / (PAGE_KIB[hugePages] ?? 2048)) },
  create: (plan, network, host, parent) => {
    const { access, resource } = hostSwitch(host);
    const { stack, guestNeeds } = host;
    const pmdCpus = pmdCpusOf(network, host);
    const mounts =
      access.own && network.hugePages !== "none" ? [host.object(pagesMount(stack, network.hugePages), parent)] : [];
    const dpdk = access.own
      ? host.object(dpdkObject(stack, network, pmdCpus, access), parent, [resource, ...guestNeeds, ...mounts], mounts)
      : resource;
    const bridge = host.object(switchBridge(plan, access, "netdev"), parent, [dpdk]);
    const joining = switchJoining(plan, access, "netdev", clientPort(plan));
    host.object(clientObject(plan, network.namespace, joining), parent, [bridge], [bridge]);
    return {
      machine: ({ address }, owner) => {
        const port = vhostUserPortOf(address);
        const socket = join(socketsDir(stack), port);
        return {
          port: { type: "vhost-user", socket, mode: "server" },
          interface: plan.bridge,
          resource: host.object(vhostUserPort(plan, access, port, socket), owner, [bridge], [bridge]),
        };
      },
      container: containerByVeth(plan, host, "netdev", bridge),
      output: {
        ...commonOutput(plan, network.namespace, host),
        settings: {
          "data path": "netdev with DPDK",
          ...switchSettings(host),
          ...(access.own
            ? {
                "polling CPUs": pmdCpus,
                "switch memory": `${network.socketMemoryMiB} MiB`,
                "switch pages": network.hugePages,
              }
            : { "polling CPUs": "the host's own choice" }),
          "client, host and containers": "by the slow path: packet sockets and the switch's main thread",
        },
      },
    };
  },
});
