/** Every network type. */
import type { z } from "zod";
import type { HostComponent } from "../hosts/host.ts";
import { component } from "../providers.ts";
import type { NetworkComponent, NetworkDriver, NetworkPlan, Plug } from "./network.ts";
import { ovs } from "./ovs.ts";
import { ovsDpdk } from "./ovs-dpdk.ts";
import { tapBridge } from "./tap-bridge.ts";
import { vosyswitch } from "./vosyswitch.ts";

export const networkDrivers = [tapBridge, ovs, ovsDpdk, vosyswitch] as const;

export type NetworkFields = z.output<(typeof networkDrivers)[number]["schema"]>;

/** The driver of a network, seen as one that takes any network of a stack. */
export function networkDriverOf(network: NetworkFields): NetworkDriver<z.ZodType<NetworkFields>> {
  const driver = networkDrivers.find((known) => known.type === network.type);
  return driver as unknown as NetworkDriver<z.ZodType<NetworkFields>>;
}

/** Declares a network and everything that it is made of; `guests` are all that will be plugged in. */
export function createNetwork(
  plan: NetworkPlan,
  network: NetworkFields,
  host: HostComponent,
  guests: readonly Plug[],
): NetworkComponent {
  return component<NetworkComponent>("network", plan.name, { parent: host.resource }, (parent) => {
    const made = networkDriverOf(network).create(plan, network, host, parent, guests);
    const { client } = made.output;
    const argv = [...host.shell.prefix, ...client.argv];
    return { ...made, plan, output: { ...made.output, client: { ...client, argv } } };
  });
}
