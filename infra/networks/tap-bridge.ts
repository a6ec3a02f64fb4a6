/**
 * A Linux bridge with one tap per guest and a client namespace on a veth pair, as in all four studies. Spanning tree is
 * off and the forward delay is zero, so that a port forwards from the moment it comes up.
 */
import { z } from "zod";
import type { HostObject } from "../hosts/objects.ts";
import { tapOf } from "./names.ts";
import { defineNetwork, type NetworkPlan } from "./network.ts";
import {
  clientObject,
  clientPort,
  commonOutput,
  commonPlan,
  deleteLink,
  hostAddress,
  type Joining,
  networkFields,
  noIpv6,
} from "./parts.ts";

const schema = z.strictObject({
  type: z.literal("tap-bridge"),
  ...networkFields({ bridge: "gbr0", net: "198.18.0", namespace: "gb-client" }),
});

/** Pure: the bridge with the host's address on it. */
export function bridgeObject(plan: NetworkPlan): HostObject {
  return {
    kind: "bridge",
    name: plan.bridge,
    taken: `ip link show dev ${plan.bridge}`,
    exists: `ip link show dev ${plan.bridge} type bridge && ip addr show dev ${plan.bridge} | grep -qF ' ${plan.hostAddress}/'`,
    create: [
      `ip link add name ${plan.bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      hostAddress(plan),
    ].join("\n"),
    remove: deleteLink(plan.bridge),
  };
}

const inBridge = (plan: NetworkPlan, device: string) => `ip link show dev ${device} | grep -q 'master ${plan.bridge} '`;

/** Pure: how a pair's end is plugged into the bridge. */
export function bridgeJoining(plan: NetworkPlan, port: string): Joining {
  return {
    joined: inBridge(plan, port),
    join: `ip link set ${port} master ${plan.bridge} up`,
    leave: null,
    offloads: true,
  };
}

/** Pure: a tap in the bridge. */
export function tapObject(plan: NetworkPlan, tap: string): HostObject {
  return {
    kind: "tap",
    name: tap,
    taken: `ip link show dev ${tap}`,
    exists: inBridge(plan, tap),
    create: [
      `ip tuntap add dev ${tap} mode tap vnet_hdr`,
      noIpv6(tap),
      `ip link set ${tap} master ${plan.bridge} up`,
    ].join("\n"),
    remove: deleteLink(tap),
  };
}

export const tapBridge = defineNetwork({
  type: "tap-bridge",
  schema,
  packages: [],
  plan: (name, network) => ({
    ...commonPlan(name, network),
    attaches: { machines: ["tap", "bridge"], containers: "docker", host: true },
  }),
  unavailable: () => null,
  hugePages: () => ({}),
  create: (plan, network, host, parent) => {
    const bridge = host.object(bridgeObject(plan), parent);
    // what hangs on the bridge is made anew when the bridge is
    host.object(
      clientObject(plan, network.namespace, bridgeJoining(plan, clientPort(plan))),
      parent,
      [bridge],
      [bridge],
    );
    return {
      machine: ({ address }, owner, made) => {
        if (made === "at start")
          return { port: { type: "bridge", bridge: plan.bridge }, interface: plan.bridge, resource: bridge };
        const tap = tapOf(address);
        return {
          port: { type: "tap", tap, offloads: true },
          interface: tap,
          resource: host.object(tapObject(plan, tap), owner, [bridge], [bridge]),
        };
      },
      container: () => ({
        port: { type: "docker", bridge: plan.bridge },
        interface: plan.bridge,
        resource: bridge,
      }),
      output: {
        ...commonOutput(plan, network.namespace, host),
        settings: { "data path": "Linux bridge", "spanning tree": "off" },
      },
    };
  },
});
