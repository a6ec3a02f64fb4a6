/** What a network is: a schema, and a function that declares its resources. One file per network type, one line in index.ts. */
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { HostComponent } from "../hosts/host.ts";
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
  /** Field → name on the host that only one network can have: its bridge, its namespace. */
  claims: Record<string, string>;
}

/** Where a guest is plugged in, and the resource to wait for. */
interface Attachment {
  interface: string;
  resource: pulumi.Resource;
}

export interface NetworkComponent {
  plan: NetworkPlan;
  resource: pulumi.ComponentResource;
  /** Makes a tap on the network for one guest, ready before the guest is. */
  tap(name: string, parent: pulumi.Resource): Attachment;
  output: NetworkOutput;
}

export interface NetworkDriver<S extends z.ZodType> {
  type: string;
  schema: S;
  plan(name: string, network: z.infer<S>): NetworkPlan;
  create(plan: NetworkPlan, network: z.infer<S>, host: HostComponent): NetworkComponent;
}

export function defineNetwork<S extends z.ZodType>(driver: NetworkDriver<S>): NetworkDriver<S> {
  return driver;
}
