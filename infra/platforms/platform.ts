/**
 * What a platform is: how a guest of it is declared, what it needs, and the resources and handle it makes.
 * One file per platform, one line in index.ts. Nothing outside a platform's own file asks for its name.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { DeclaredArchitecture } from "../hosts/declared.ts";
import type { HostComponent, HostContext, HostNeeds } from "../hosts/host.ts";
import type { Form, ImageComponent, ImagePlan } from "../images/component.ts";
import type { NetworkComponent, NetworkPlan } from "../networks/network.ts";
import type { Handle } from "../outputs.ts";

/** Fields that the stack has filled in for every guest, whatever its platform. */
export interface CommonGuest {
  platform: string;
  image: string;
  network?: string | undefined;
  vcpus: number;
  memoryMiB: number;
  cpus?: string | undefined;
  power: "off" | "on";
}

/** A guest as declared, with its image and network found. */
export interface GuestPlan<G extends CommonGuest = CommonGuest> {
  stack: string;
  name: string;
  guest: G;
  image: ImagePlan;
  network: NetworkPlan;
  /** Host CPUs it is pinned to. */
  cpus: string;
  address: string;
  /** Names of the files that the stack gives to workloads. */
  artefacts: readonly string[];
}

/** What a guest offers to workloads, before anything is made. */
export interface GuestOffer {
  capabilities: string[];
  bootProfiles: string[];
  /** Why this host cannot run it; null where it can. */
  unavailable: string | null;
  functionalOnly: string | null;
}

export interface GuestContext<G extends CommonGuest = CommonGuest> {
  /** Component that the guest's resources are children of. */
  resource: pulumi.ComponentResource;
  plan: GuestPlan<G>;
  host: HostComponent;
  network: NetworkComponent;
  image: ImageComponent;
  offer: GuestOffer;
}

/** A handle whose file sizes become known with the image's manifest. */
export type HandleInputs = Omit<Handle, "imageFiles"> & { imageFiles: pulumi.Input<Handle["imageFiles"]> };

export interface PlatformDriver<S extends z.ZodType<CommonGuest>> {
  platform: string;
  schema: S;
  /** Instruction sets of hosts that it has no guests on, each with the reason. */
  notOn?: Partial<Record<DeclaredArchitecture, string>>;
  /** What the user has to give before a host can have it, as one sentence; default: nothing. */
  artefact?: string;
  /** What it makes of an image. */
  form: Form;
  /** The guest's address on the network; platforms without one of their own use the host's. */
  address(guest: z.infer<S>, network: NetworkPlan): string;
  /** Why this image cannot run on this platform; null where it can. */
  refuses(image: ImagePlan): string | null;
  /** Why such a guest cannot be plugged into this network; null where it can. */
  refusesNetwork(guest: z.infer<S>, network: NetworkPlan): string | null;
  offer(plan: GuestPlan<z.infer<S>>, context: HostContext): GuestOffer;
  needs(guest: z.infer<S>): HostNeeds;
  create(context: GuestContext<z.infer<S>>): { handle: HandleInputs };
}

export function definePlatform<S extends z.ZodType<CommonGuest>>(driver: PlatformDriver<S>): PlatformDriver<S> {
  return driver;
}

/** The part of a handle that every platform fills in the same way. */
export function commonHandle(plan: GuestPlan, context: HostContext, offer: GuestOffer) {
  const { name, guest, image, network, cpus, address } = plan;
  return {
    name,
    platform: guest.platform,
    image: image.name,
    network: network.name,
    architecture: context.facts.architecture,
    vcpus: guest.vcpus,
    memoryMiB: guest.memoryMiB,
    cpus,
    address,
    capabilities: offer.capabilities,
    functionalOnly: offer.functionalOnly,
  };
}
