/**
 * What a network is: a schema, what guests can be plugged into it and how, and a function that declares its resources.
 * One file per network type, one line in index.ts. Nothing outside a type's own file asks for its name.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { HostComponent, HostContext } from "../hosts/host.ts";
import type { NetworkOutput } from "../outputs.ts";

/** A network as declared: everything that is known before anything is made. */
export interface NetworkPlan {
  name: string;
  type: string;
  /** Linux bridge or switch that guests are attached to. */
  bridge: string;
  subnet: string;
  hostAddress: string;
  clientAddress: string;
  /** Field → what on the host only one network can have: its bridge, its namespace. */
  claims: Record<string, string>;
  attaches: Attaches;
  /** Field → list of host CPUs that the network takes for itself. */
  cpus: Record<string, string>;
}

/** What can be plugged in, and how. */
export interface Attaches {
  machines: readonly MachinePort["type"][];
  /** null: no containers. */
  containers: ContainerPort["type"] | null;
  /** Whether the host has its address on the network. */
  host: boolean;
}

/** How a virtual machine is plugged in. */
export type MachinePort =
  /** A tap made before the guest. Without offloads, what the guest sends must have its checksums and be cut to size. */
  | { type: "tap"; tap: string; offloads: boolean }
  /** A tap that libvirt makes at the guest's start, in this Linux bridge. */
  | { type: "bridge"; bridge: string }
  /** A socket that the switch reaches the guest's memory by, which must be shared; `mode` is QEMU's role on it. */
  | { type: "vhost-user"; socket: string; mode: "server" | "client" };

/** How a container is plugged in. */
export type ContainerPort =
  /** By Docker's own bridge driver, in this Linux bridge. */
  | { type: "docker"; bridge: string }
  /** By a veth pair made after its start, as its namespace does not exist before. */
  | {
      type: "veth";
      /** Name of the host's end. */
      port: string;
      /** Shell that plugs the host's end into the switch, and that unplugs it whether it is there or not. */
      join: string;
      leave: string;
      offloads: boolean;
    };

export interface Plugged<P> {
  port: P;
  /** Host interface that the guest's traffic passes. */
  interface: string;
  /** What the guest waits for. */
  resource: pulumi.Resource;
}

/** A guest as its network knows it. */
export interface Plug {
  name: string;
  address: string;
}

export interface NetworkComponent {
  plan: NetworkPlan;
  resource: pulumi.ComponentResource;
  /** Plugs a virtual machine in, by a tap of the network's own making unless that is left to libvirt. */
  machine(guest: Plug, parent: pulumi.Resource, tap: "before" | "at start"): Plugged<MachinePort>;
  container(guest: Plug, parent: pulumi.Resource): Plugged<ContainerPort>;
  output: NetworkOutput;
}

export type MadeNetwork = Omit<NetworkComponent, "plan" | "resource">;

/** What has to be known of a host to tell whether it can have a network. */
export type KnownHost = Pick<HostContext, "stack" | "facts" | "markers">;

export interface NetworkDriver<S extends z.ZodType> {
  type: string;
  schema: S;
  /** What the user has to give before a host can have it, as one sentence; default: nothing. */
  artefact?: string;
  /** Debian packages that only hosts with such a network need: named by doctor and plan, not installed by the set-up. */
  packages: readonly string[];
  plan(name: string, network: z.infer<S>): NetworkPlan;
  /** Why this host cannot have it, and after a colon what to do about it; null where it can. */
  unavailable(network: z.infer<S>, host: KnownHost): string | null;
  /** Page size → huge pages that the switch itself takes. */
  hugePages(network: z.infer<S>, host: KnownHost): Record<string, number>;
  /** Declares what the network is made of as children of `parent`; `guests` are all that will be plugged in. */
  create(
    plan: NetworkPlan,
    network: z.infer<S>,
    host: HostComponent,
    parent: pulumi.Resource,
    guests: readonly Plug[],
  ): MadeNetwork;
}

export function defineNetwork<S extends z.ZodType>(driver: NetworkDriver<S>): NetworkDriver<S> {
  return driver;
}

/** For the ways of plugging in that a network's plan does not list: validation has refused such a guest. */
export function refused(plan: NetworkPlan, what: string): never {
  throw new Error(`network ${plan.name} takes no ${what}`);
}
