/** What networks of every type are made of: their fields, the host's address, and the load generator's namespace. */
import type { HostComponent } from "../hosts/host.ts";
import type { HostObject } from "../hosts/objects.ts";
import type { NetworkOutput } from "../outputs.ts";
import { addressSchema, interfaceNameSchema, prefixOf, subnetSchema } from "../schema.ts";
import type { NetworkPlan } from "./network.ts";

/** Fields of every network; defaults differ by type, so that one stack can have one of each and name nothing. */
export function networkFields(defaults: { bridge: string; net: string; namespace: string }) {
  const { bridge, net, namespace } = defaults;
  return {
    bridge: interfaceNameSchema.default(bridge).describe("name of the bridge on the host"),
    subnet: subnetSchema.default(`${net}.0/24`),
    hostAddress: addressSchema.default(`${net}.1`).describe("the host's address, on the bridge"),
    clientAddress: addressSchema.default(`${net}.2`).describe("the load generator's address, in its own namespace"),
    namespace: interfaceNameSchema.default(namespace).describe("network namespace of the load generator"),
  };
}

interface Fields {
  type: string;
  bridge: string;
  subnet: string;
  hostAddress: string;
  clientAddress: string;
  namespace: string;
}

/** The part of a plan that every network fills in the same way. */
export function commonPlan(name: string, { type, bridge, subnet, hostAddress, clientAddress, namespace }: Fields) {
  return { name, type, bridge, subnet, hostAddress, clientAddress, claims: { bridge, namespace }, cpus: {} };
}

/** The part of the outputs that every network fills in the same way. */
export function commonOutput(
  plan: NetworkPlan,
  namespace: string,
  host: HostComponent,
): Omit<NetworkOutput, "settings"> {
  return {
    type: plan.type,
    subnet: plan.subnet,
    hostAddress: plan.hostAddress,
    bridge: plan.bridge,
    client: {
      argv: ["ip", "netns", "exec", namespace, "taskset", "-c", host.clientCpus],
      address: plan.clientAddress,
      interface: "eth0",
      cpus: host.clientCpus,
    },
  };
}

// no router solicitations and no duplicate address detection in the measured path
export const noIpv6 = (device: string) => `sysctl -q -w net.ipv6.conf.${device}.disable_ipv6=1 2>/dev/null || true`;

/** The host's address on the bridge, refused where another interface has it already. */
export function hostAddress({ bridge, hostAddress, subnet }: NetworkPlan): string {
  return [
    `other=$(ip -o addr show to ${hostAddress} | awk 'NR == 1 { print $2 }')`,
    `if [ -n "$other" ]; then echo "${hostAddress} is already the address of interface $other of this host: choose another subnet for the network" >&2; exit 1; fi`,
    noIpv6(bridge),
    `ip addr add ${hostAddress}/${prefixOf(subnet)} dev ${bridge}`,
    `ip link set ${bridge} up`,
  ].join("\n");
}

export function deleteLink(device: string): string {
  return `if ip link show dev ${device} >/dev/null 2>&1; then ip link del ${device}; fi`;
}

/** How the host's end of a pair is plugged into a switch. */
export interface Joining {
  /** Shell test: exit 0 when it is. */
  joined: string;
  join: string;
  /** Tolerates absence. */
  leave: string | null;
  /** Whether the switch understands packets whose checksum is still to be computed. */
  offloads: boolean;
}

/** The host's end of the client's pair. */
export function clientPort(plan: NetworkPlan): string {
  return `${plan.bridge}-cl`;
}

/** Pure: the load generator's namespace, plugged into the switch. */
export function clientObject(plan: NetworkPlan, namespace: string, joining: Joining): HostObject {
  const port = clientPort(plan);
  const there = `ip netns list | grep -qE '^${namespace}( |$)'`;
  const made = `/run/guestbench-netns-${plan.bridge}`;
  return {
    kind: "namespace",
    name: namespace,
    taken: `${there} || ip link show dev ${port}`,
    exists: `${there} && ${joining.joined}`,
    create: [
      // the first namespace of a machine makes /run/netns a mount, which the last one does not undo
      `grep -q ' /run/netns ' /proc/mounts || touch ${made}`,
      `ip netns add ${namespace}`,
      `ip link add ${port} type veth peer name eth0 netns ${namespace}`,
      noIpv6(port),
      joining.join,
      ...(joining.offloads ? [] : [`ip netns exec ${namespace} ethtool -K eth0 tx off >/dev/null`]),
      `ip -n ${namespace} addr add ${plan.clientAddress}/${prefixOf(plan.subnet)} dev eth0`,
      `ip -n ${namespace} link set lo up`,
      `ip -n ${namespace} link set eth0 up`,
    ].join("\n"),
    remove: [
      ...(joining.leave === null ? [] : [joining.leave]),
      // before the namespace, which takes its end of the pair away at a moment of the kernel's choosing
      deleteLink(port),
      `if ${there}; then`,
      `  for pid in $(ip netns pids ${namespace}); do kill -9 $pid 2>/dev/null || true; done`,
      `  ip netns del ${namespace}`,
      "fi",
      `if [ -e ${made} ] && [ -z "$(ls -A /run/netns 2>/dev/null)" ]; then umount /run/netns && rmdir /run/netns; fi`,
      `rm -f ${made}`,
    ].join("\n"),
  };
}
