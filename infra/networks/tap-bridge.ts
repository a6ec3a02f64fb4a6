/**
 * A Linux bridge with one tap per guest and a client namespace on a veth pair, as in all four studies. Spanning tree is
 * off and the forward delay is zero, so that a port forwards from the moment it comes up.
 */
import { z } from "zod";
import type { HostObject } from "../hosts/objects.ts";
import { component } from "../providers.ts";
import { addressSchema, interfaceNameSchema, prefixOf, subnetSchema } from "../schema.ts";
import { defineNetwork, type NetworkComponent, type NetworkPlan } from "./network.ts";

const schema = z.strictObject({
  type: z.literal("tap-bridge"),
  bridge: interfaceNameSchema.default("gbr0").describe("name of the Linux bridge"),
  subnet: subnetSchema.default("198.18.0.0/24"),
  hostAddress: addressSchema.default("198.18.0.1").describe("the host's address, on the bridge"),
  clientAddress: addressSchema.default("198.18.0.2").describe("the load generator's address, in its own namespace"),
  namespace: interfaceNameSchema.default("gb-client").describe("network namespace of the load generator"),
});

// no router solicitations and no duplicate address detection in the measured path
const noIpv6 = (device: string) => `sysctl -q -w net.ipv6.conf.${device}.disable_ipv6=1 2>/dev/null || true`;

/** Pure: the bridge with the host's address on it. */
export function bridgeObject(plan: NetworkPlan): HostObject {
  return {
    kind: "bridge",
    name: plan.bridge,
    taken: `ip link show dev ${plan.bridge}`,
    exists: `ip link show dev ${plan.bridge} type bridge && ip addr show dev ${plan.bridge} | grep -qF ' ${plan.hostAddress}/'`,
    create: [
      `ip link add name ${plan.bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      noIpv6(plan.bridge),
      `ip addr add ${plan.hostAddress}/${prefixOf(plan.subnet)} dev ${plan.bridge}`,
      `ip link set ${plan.bridge} up`,
    ].join("\n"),
    remove: `if ip link show dev ${plan.bridge} >/dev/null 2>&1; then ip link del ${plan.bridge}; fi`,
  };
}

/** Pure: the load generator's namespace, plugged into the bridge. */
export function clientObject(plan: NetworkPlan, namespace: string): HostObject {
  const port = clientPort(plan);
  const there = `ip netns list | grep -qE '^${namespace}( |$)'`;
  const made = `/run/guestbench-netns-${plan.bridge}`;
  return {
    kind: "namespace",
    name: namespace,
    taken: `${there} || ip link show dev ${port}`,
    exists: `${there} && ip link show dev ${port} | grep -q 'master ${plan.bridge} '`,
    create: [
      // the first namespace of a machine makes /run/netns a mount, which the last one does not undo
      `grep -q ' /run/netns ' /proc/mounts || touch ${made}`,
      `ip netns add ${namespace}`,
      `ip link add ${port} type veth peer name eth0 netns ${namespace}`,
      noIpv6(port),
      `ip link set ${port} master ${plan.bridge} up`,
      `ip -n ${namespace} addr add ${plan.clientAddress}/${prefixOf(plan.subnet)} dev eth0`,
      `ip -n ${namespace} link set lo up`,
      `ip -n ${namespace} link set eth0 up`,
    ].join("\n"),
    remove: [
      // before the namespace, which takes its end of the pair away at a moment of the kernel's choosing
      `if ip link show dev ${port} >/dev/null 2>&1; then ip link del ${port}; fi`,
      `if ${there}; then`,
      `  for pid in $(ip netns pids ${namespace}); do kill -9 $pid 2>/dev/null || true; done`,
      `  ip netns del ${namespace}`,
      "fi",
      `if [ -e ${made} ] && [ -z "$(ls -A /run/netns 2>/dev/null)" ]; then umount /run/netns && rmdir /run/netns; fi`,
      `rm -f ${made}`,
    ].join("\n"),
  };
}

/** Pure: a tap in the bridge. */
export function tapObject(plan: NetworkPlan, tap: string): HostObject {
  return {
    kind: "tap",
    name: tap,
    taken: `ip link show dev ${tap}`,
    exists: `ip link show dev ${tap} | grep -q 'master ${plan.bridge} '`,
    create: [
      `ip tuntap add dev ${tap} mode tap vnet_hdr`,
      noIpv6(tap),
      `ip link set ${tap} master ${plan.bridge} up`,
    ].join("\n"),
    remove: `if ip link show dev ${tap} >/dev/null 2>&1; then ip link del ${tap}; fi`,
  };
}

function clientPort(plan: NetworkPlan): string {
  return `${plan.bridge}-cl`;
}

export const tapBridge = defineNetwork({
  type: "tap-bridge",
  schema,
  plan: (name, network) => ({
    name,
    type: network.type,
    bridge: network.bridge,
    subnet: network.subnet,
    hostAddress: network.hostAddress,
    clientAddress: network.clientAddress,
    claims: { bridge: network.bridge, namespace: network.namespace },
  }),
  create: (plan, network, host) =>
    component<NetworkComponent>("network", plan.name, { parent: host.resource }, (parent) => {
      const bridge = host.object(bridgeObject(plan), parent);
      // what hangs on the bridge is made anew when the bridge is
      host.object(clientObject(plan, network.namespace), parent, [bridge], [bridge]);
      return {
        plan,
        tap: (name, owner) => ({
          interface: name,
          resource: host.object(tapObject(plan, name), owner, [bridge], [bridge]),
        }),
        output: {
          type: plan.type,
          subnet: plan.subnet,
          hostAddress: plan.hostAddress,
          bridge: plan.bridge,
          client: {
            argv: ["ip", "netns", "exec", network.namespace, "taskset", "-c", host.clientCpus],
            address: plan.clientAddress,
            interface: "eth0",
            cpus: host.clientCpus,
          },
        },
      };
    }),
});
