/** Every platform. */
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { HostContext } from "../hosts/host.ts";
import { component } from "../providers.ts";
import { bareMetal } from "./bare-metal.ts";
import { docker } from "./docker.ts";
import { kvm } from "./kvm.ts";
import type { GuestContext, GuestOffer, GuestPlan, HandleInputs, PlatformDriver } from "./platform.ts";

export const platformDrivers = [bareMetal, docker, kvm] as const;

export type GuestFields = z.output<(typeof platformDrivers)[number]["schema"]>;

/** The driver of a guest's platform, seen as one that takes any guest of a stack. */
export function platformOf(guest: GuestFields): PlatformDriver<z.ZodType<GuestFields>> {
  const driver = platformDrivers.find((known) => known.platform === guest.platform);
  return driver as unknown as PlatformDriver<z.ZodType<GuestFields>>;
}

export function offerOf(plan: GuestPlan<GuestFields>, context: HostContext): GuestOffer {
  return platformOf(plan.guest).offer(plan, context);
}

export interface GuestComponent {
  resource: pulumi.ComponentResource;
  handle: HandleInputs;
}

/** Declares a guest under the component of its image's and network's host. */
export function createGuest(context: Omit<GuestContext<GuestFields>, "resource" | "offer">): GuestComponent {
  const { plan, host } = context;
  return component<GuestComponent>("guest", plan.name, { parent: host.resource }, (resource) =>
    platformOf(plan.guest).create({ ...context, resource, offer: offerOf(plan, host) }),
  );
}
