/**
 * Which platform runs which image on which network, and where: what the registries declare, judged by the same code
 * that plans a stack. No combination is listed by name.
 */
import { ConfigError } from "./errors.ts";
import { askHost, assumedContext, openHostForPlan, type PlannedHost } from "./hosts/assumed.ts";
import { type DeclaredHost, declaredAccelerator, declaredFacts } from "./hosts/declared.ts";
import { assumedFacts } from "./hosts/labs/facts.ts";
import { labKinds } from "./hosts/labs/kinds.ts";
import { givenImageOf, givenImages } from "./images/given/index.ts";
import { type Architecture, hostArchitecture } from "./images/image.ts";
import { images } from "./images/index.ts";
import { plannedImages } from "./images/planned.ts";
import { networkDrivers } from "./networks/index.ts";
import { type OfferedGuest, offersOn } from "./offers.ts";
import { platformDrivers } from "./platforms/index.ts";
import { isPlanned, plannedPlatforms } from "./platforms/planned.ts";
import { parseStack, type Stack, type StackInput } from "./stack.ts";

/**
 * What becomes of a guest so declared. `artefact`: the user has to give something; `planned`: not in this version;
 * `elsewhere`: possible, but on none of the hosts that were looked at.
 */
export type Status = "here" | "lab" | "artefact" | "elsewhere" | "planned" | "impossible";

export interface Combination {
  /** The stack's guest; null where the registries were combined. */
  guest: string | null;
  platform: string;
  image: string;
  network: string;
  status: Status;
  /** Names of the hosts that run it. */
  runsOn: string[];
  /** Why it does not run, or only for show; null where nothing is to be said. */
  reason: string | null;
  /** What it offers to workloads where it runs. */
  offer: OfferedGuest | null;
}

/** A host that combinations are held against. */
interface Judge {
  name: string;
  /** What a combination is that it runs. */
  status: "here" | "lab";
  host: Omit<PlannedHost, "assumed"> & { builder?: Architecture };
}

/** A host that nothing is asked of: its facts are as declared. Its images are built on a machine like it. */
function declaredJudge(name: string, declared: DeclaredHost): Judge {
  const facts = declaredFacts(name, declared);
  const context = assumedContext(bareStack(), facts, declaredAccelerator(declared), "it is only declared");
  const { architecture } = declared;
  const builder = architecture === "arm64" ? "arm64" : "amd64";
  return { name, status: "here", host: { context, architecture, builder } };
}

function labJudges(builder = hostArchitecture()): Judge[] {
  return labKinds.map((kind) => {
    const { facts, accelerator } = assumedFacts(kind, { cpus: 2, memoryMiB: 4096 });
    const context = assumedContext(bareStack(), facts, accelerator, "it does not run");
    return { name: `lab-${kind}`, status: "lab", host: { context, architecture: facts.architecture, builder } };
  });
}

const HOST = { platform: "bare-metal", image: "debian" };

/** A stack of nothing but a host: for the context of hosts that no stack declares. */
const bareStack = (access: "ssh" | "local" = "ssh"): Stack =>
  parseStack("matrix", {
    host: { access: { type: access } },
    networks: { lan: { type: "tap-bridge" } },
    guests: { host: HOST },
  });

/** Every platform with every image on every type of network. */
function everyCombination(): { platform: string; image: string; network: string }[] {
  const platforms = [...platformDrivers.map(({ platform }) => platform), ...Object.keys(plannedPlatforms)];
  const known = [...Object.keys(images), ...givenImages.map(({ type }) => type), ...Object.keys(plannedImages)];
  return platforms.flatMap((platform) =>
    known.flatMap((image) => networkDrivers.map(({ type: network }) => ({ platform, image, network }))),
  );
}

/** The smallest stack that has such a guest: with an address where its platform has a field for one. */
function stackOf({ platform, image, network }: { platform: string; image: string; network: string }): Stack {
  const driver = platformDrivers.find((known) => known.platform === platform);
  const guest = { platform, image, address: defaultSubnet(network).replace(/\d+\/\d+$/, "77") };
  const takesAddress = driver === undefined || driver.schema.safeParse(guest).success;
  const { address, ...without } = guest;
  return parseStack("matrix", {
    networks: { [NETWORK]: { type: network } },
    guests: { [GUEST]: takesAddress ? { ...without, address } : without },
  } as StackInput);
}

const NETWORK = "lan";
const GUEST = "guest";

function defaultSubnet(type: string): string {
  const driver = networkDrivers.find((known) => known.type === type);
  return driver?.schema.parse({ type }).subnet ?? "";
}

type Named = Pick<Combination, "guest" | "platform" | "image" | "network">;

/** Holds a guest of a stack against every host. */
function judge(named: Named, stack: Stack, key: string, judges: readonly Judge[]): Combination {
  const offers = judges.map(({ name, status, host }) => ({ name, status, offer: offersOn(stack, host)[key] }));
  const running = offers.filter(({ offer }) => offer?.unavailable === null);
  const best = running[0];
  if (best?.offer) {
    const runsOn = running.map(({ name }) => name);
    return { ...named, status: best.status, runsOn, reason: best.offer.functionalOnly, offer: best.offer };
  }
  const reason = offers[0]?.offer?.unavailable ?? null;
  return { ...named, status: whyNowhere(named, stack, key), runsOn: [], reason, offer: null };
}

function whyNowhere({ platform, image }: Named, stack: Stack, key: string): Status {
  const declared = stack.guests[key];
  if ((declared && isPlanned(declared)) || Object.hasOwn(plannedImages, image)) return "planned";
  const network = stack.networks[stack.plans.guests[key]?.network.name ?? stack.plans.planned[key]?.network.name ?? ""];
  const givers: ({ artefact?: string } | null | undefined)[] = [
    givenImageOf(image),
    platformDrivers.find((known) => known.platform === platform),
    networkDrivers.find((known) => known.type === network?.type),
  ];
  return givers.some((giver) => giver?.artefact !== undefined) ? "artefact" : "elsewhere";
}

const IMPOSSIBLE = /impossible combination [^:]+: (.*)$/;

function judgeDeclared(parts: { platform: string; image: string; network: string }, judges: readonly Judge[]) {
  const named = { guest: null, ...parts };
  try {
    return judge(named, stackOf(parts), GUEST, judges);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const reasons = error.problems.map((problem) => IMPOSSIBLE.exec(problem)?.[1]);
    if (reasons.includes(undefined)) throw error;
    return { ...named, status: "impossible" as const, runsOn: [], reason: reasons.join("; "), offer: null };
  }
}

/** The registries' product, on this machine and in the labs. */
export function matrixHere(): Combination[] {
  const { context, architecture } = askHost(bareStack("local"));
  const here: Judge = { name: "this machine", status: "here", host: { context, architecture } };
  const judges = [here, ...labJudges()];
  return everyCombination().map((parts) => judgeDeclared(parts, judges));
}

/** The registries' product, on hosts as they usually are and in the labs: the same on every machine. */
export function matrixAnywhere(): Combination[] {
  const usual = { cpus: 4, memoryMiB: 8192, accelerator: "kvm" as const, notes: [] };
  const judges = [
    declaredJudge("x86-64 with KVM", { ...usual, architecture: "x86_64" }),
    declaredJudge("ARMv8 with KVM", { ...usual, architecture: "arm64" }),
    ...labJudges("amd64"),
  ];
  return everyCombination().map((parts) => judgeDeclared(parts, judges));
}

/** The guests of one stack, on its host and in the labs. */
export function matrixOf(stack: Stack): Combination[] {
  const { context, architecture } = openHostForPlan(stack);
  const judges: Judge[] = [
    { name: `the host of ${stack.name}`, status: "here", host: { context, architecture } },
    ...labJudges(),
  ];
  return Object.entries(stack.guests).map(([guest, { platform, image }]) => {
    const { network } = stack.plans.guests[guest] ?? stack.plans.planned[guest] ?? {};
    const named = { guest, platform, image, network: network?.type ?? "" };
    return judge(named, stack, guest, judges);
  });
}
