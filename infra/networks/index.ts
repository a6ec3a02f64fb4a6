/** Every network type. */
import type { z } from "zod";
import type { HostComponent } from "../hosts/host.ts";
import type { NetworkComponent, NetworkDriver, NetworkPlan } from "./network.ts";
import { tapBridge } from "./tap-bridge.ts";

export const networkDrivers = [tapBridge] as const;

export type NetworkFields = z.output<(typeof networkDrivers)[number]["schema"]>;

/** The driver of a network, seen as one that takes any network of a stack. */
export function networkDriverOf(network: NetworkFields): NetworkDriver<z.ZodType<NetworkFields>> {
  const driver = networkDrivers.find((known) => known.type === network.type);
  return driver as unknown as NetworkDriver<z.ZodType<NetworkFields>>;
}

export function createNetwork(plan: NetworkPlan, network: NetworkFields, host: HostComponent): NetworkComponent {
  const made = networkDriverOf(network).create(plan, network, host);
  const { client } = made.output;
  const argv = [...host.shell.prefix, ...client.argv];
  return { ...made, output: { ...made.output, client: { ...client, argv } } };
}
