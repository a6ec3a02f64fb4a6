/**
 * What each declared guest offers on a host, or why it cannot run there: one answer for the plan, for the program and
 * for its outputs.
 */
import { architectureNames, type DeclaredArchitecture } from "./hosts/declared.ts";
import type { HostContext } from "./hosts/host.ts";
import { imagePlans } from "./images/component.ts";
import { givenImageOf } from "./images/given/index.ts";
import { type Architecture, hostArchitecture, type ImageRecipe, madeFor } from "./images/image.ts";
import { plannedImages } from "./images/planned.ts";
import { networkDriverOf } from "./networks/index.ts";
import { type GuestFields, offerOf, platformDrivers } from "./platforms/index.ts";
import { plannedPlatforms } from "./platforms/planned.ts";
import type { GuestOffer, GuestPlan } from "./platforms/platform.ts";
import type { Stack } from "./stack.ts";

export interface OfferedGuest extends GuestOffer {
  platform: string;
  image: string;
}

interface Where {
  context: HostContext;
  /** Default: the context's own. */
  architecture?: DeclaredArchitecture;
  /** What images are built for where their recipe does not say; default: this machine. */
  builder?: Architecture;
}

export function offersOn(stack: Stack, { context, architecture, builder }: Where): Record<string, OfferedGuest> {
  const host = { architecture: architecture ?? context.facts.architecture, builder: builder ?? hostArchitecture() };
  const guests = Object.entries(stack.guests).map(([name, { platform, image }]): [string, OfferedGuest] => {
    const plan = stack.plans.guests[name];
    const refused = [refusedPlatform(platform, host), refusedImage(image, plan?.image.recipe, host)].filter(
      (reason) => reason !== null,
    );
    const offer = plan && refused.length === 0 ? pluggedIn(stack, plan, context) : notOffered(refused.join("; "));
    return [name, { platform, image, ...offer }];
  });
  return Object.fromEntries(guests);
}

/** What the platform offers, where the host can have the guest's network, too. */
function pluggedIn(stack: Stack, plan: GuestPlan<GuestFields>, context: HostContext): GuestOffer {
  const offer = offerOf(plan, context);
  const network = stack.networks[plan.network.name];
  const unplugged = network ? networkDriverOf(network).unavailable(network, context) : null;
  return { ...offer, unavailable: offer.unavailable ?? unplugged };
}

const notOffered = (unavailable: string): GuestOffer => ({
  capabilities: [],
  bootProfiles: [],
  unavailable,
  functionalOnly: null,
});

interface Host {
  architecture: DeclaredArchitecture;
  builder: Architecture;
}

function refusedPlatform(name: string, { architecture }: Host): string | null {
  const driver = platformDrivers.find(({ platform }) => platform === name);
  if (driver) return driver.notOn?.[architecture] ?? null;
  return (plannedPlatforms as Record<string, string>)[name] ?? null;
}

function refusedImage(name: string, given: ImageRecipe | undefined, host: Host): string | null {
  const recipe = given ?? imagePlans()[name]?.recipe;
  if (recipe) return refusedArchitecture(recipe, host);
  const type = givenImageOf(name);
  const wanted = type && `needs an artefact: ${type.artefact}, in the stack's images`;
  if (type) return [type.notOn?.[host.architecture], wanted].filter((reason) => reason !== undefined).join("; ");
  const planned = plannedImages[name];
  return [planned?.notOn?.[host.architecture], planned?.reason].filter((reason) => reason !== undefined).join("; ");
}

/** Debian's names of what hosts may be. */
export const debianNames = { x86_64: "amd64", arm64: "arm64", armv7: "armhf" } as const satisfies Readonly<
  Record<DeclaredArchitecture, string>
>;

function refusedArchitecture(recipe: ImageRecipe, { architecture, builder }: Host): string | null {
  const [wanted, name] = [debianNames[architecture], architectureNames[architecture]];
  const known = recipe.architectures.find((one) => one === wanted);
  if (known === undefined) return `image ${recipe.name} is not made for ${name}`;
  const made = madeFor(recipe, known, builder);
  if (made === wanted) return null;
  return `image ${recipe.name} is made for ${made} on this machine, and the host is ${wanted}: run guestbench on one like it`;
}
