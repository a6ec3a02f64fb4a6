/** What a guest can run on: `registry.ts` has a line for each platform. */
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { EMULATED } from "../hosts/emulated.ts";
import type { HostContext } from "../hosts/host.ts";
import type { HostShell } from "../hosts/shell.ts";
import type { Boot } from "../outputs.ts";
import { component } from "../providers.ts";
import type { GuestContext, GuestOffer, GuestPlan, HandleInputs, PlatformDriver } from "./platform.ts";
import * as registry from "./registry.ts";

type Driver = (typeof registry)[keyof typeof registry];

export const platformDrivers: readonly Driver[] = Object.values(registry);

export type GuestFields = z.output<Driver["schema"]>;

/** The driver of a guest's platform, seen as one that takes any guest of a stack. */
export function platformOf(guest: GuestFields): PlatformDriver<z.ZodType<GuestFields>> {
  const driver = platformDrivers.find((known) => known.platform === guest.platform);
  return driver as unknown as PlatformDriver<z.ZodType<GuestFields>>;
}

export function offerOf(plan: GuestPlan<GuestFields>, context: HostContext): GuestOffer {
  const made = platformOf(plan.guest).offer(plan, context);
  const artefacts = plan.artefacts.map((name) => `artefact:${name}`);
  const offer = { ...made, capabilities: [...made.capabilities, ...artefacts] };
  return context.emulated ? { ...offer, functionalOnly: EMULATED } : offer;
}

export interface GuestComponent {
  resource: pulumi.ComponentResource;
  handle: HandleInputs;
}

/** Declares a guest under the component of its image's and network's host. */
export function createGuest(context: Omit<GuestContext<GuestFields>, "resource" | "offer">): GuestComponent {
  const { plan, host } = context;
  return component<GuestComponent>("guest", plan.name, { parent: host.resource }, (resource) => {
    const { handle } = platformOf(plan.guest).create({ ...context, resource, offer: offerOf(plan, host) });
    return { handle: reachedBy(host.shell, handle) };
  });
}

/** The handle with every command of the host's made one that can be run here. */
function reachedBy({ prefix }: HostShell, handle: HandleInputs): HandleInputs {
  const there = (argv: string[]) => [...prefix, ...argv];
  const boot = (boot: Boot): Boot => ({
    ...boot,
    start: there(boot.start),
    stop: there(boot.stop),
    kill: there(boot.kill),
    status: { ...boot.status, argv: there(boot.status.argv) },
    pid: boot.pid && there(boot.pid),
    memory: boot.memory && { ...boot.memory, argv: there(boot.memory.argv) },
  });
  return {
    ...handle,
    // ssh goes its own way to a guest, through the host's connection
    access: handle.access?.type === "exec" ? { ...handle.access, argv: there(handle.access.argv) } : handle.access,
    boots: Object.fromEntries(Object.entries(handle.boots).map(([profile, known]) => [profile, boot(known)])),
  };
}
