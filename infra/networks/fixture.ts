/** For tests: a network declared on a host that only collects what it is told to make. */
import type * as pulumi from "@pulumi/pulumi";
import type { HostComponent } from "../hosts/host.ts";
import type { HostObject, HostResource } from "../hosts/objects.ts";
import type { HostFacts } from "../hosts/probe.ts";
import { type NetworkFields, networkDriverOf, networkDrivers } from "./index.ts";
import type { MadeNetwork, NetworkPlan, Plug } from "./network.ts";

export interface DeclaredObject {
  object: HostObject;
  /** Objects that it is made anew with. */
  follows: HostObject[];
}

export interface Declared {
  plan: NetworkPlan;
  network: MadeNetwork;
  /** In the order they were declared, which is one that they can be made in. */
  objects: DeclaredObject[];
}

/** The fields of a network as a stack would have them, with the type's defaults. */
export function fieldsOf(input: { type: string } & Record<string, unknown>): NetworkFields {
  const driver = networkDrivers.find(({ type }) => type === input.type);
  return driver?.schema.parse(input) as NetworkFields;
}

export const plainFacts = {
  hostname: "testbed",
  cpus: 4,
  hugePageSizes: ["2MiB"],
  tools: { qemu: "7.2.22", ethtool: "6.1" },
  openvswitch: {
    version: "3.1.0",
    kernelDatapath: true,
    dpdkProgram: "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk",
    dpdkDrivers: true,
    system: null,
  },
} as unknown as HostFacts;

export function declare(
  fields: NetworkFields,
  { stack = "demo", facts = plainFacts, guests = [] }: { stack?: string; facts?: HostFacts; guests?: Plug[] } = {},
): Declared {
  const driver = networkDriverOf(fields);
  const plan = driver.plan("lan", fields);
  const objects: DeclaredObject[] = [];
  const declared = new Map<unknown, HostObject>();
  const host = {
    stack,
    facts,
    markers: [],
    guestCpus: "1",
    clientCpus: "0",
    guestNeeds: [],
    object(object: HostObject, _parent: unknown, _dependsOn: unknown[] = [], follows: pulumi.Resource[] = []) {
      const resource = {} as HostResource;
      declared.set(resource, object);
      objects.push({ object, follows: follows.flatMap((one) => declared.get(one) ?? []) });
      return resource;
    },
  } as unknown as HostComponent;
  return { plan, objects, network: driver.create(plan, fields, host, {} as pulumi.Resource, guests) };
}
