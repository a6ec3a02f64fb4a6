/**
 * The schema of a stack: one TypeScript file that declares one testbed, its host, its networks and every guest.
 * All problems of a stack are found at once, each with its file and field, before anything on the host is touched.
 */
import { z } from "zod";
import { artefactNameSchema, artefactSchema } from "./artefacts/artefact.ts";
import { ConfigError } from "./errors.ts";
import { accessSchema } from "./hosts/access.ts";
import { declaredSchema } from "./hosts/declared.ts";
import { limitsSchema } from "./hosts/limits.ts";
import { settingsSchema } from "./hosts/settings/index.ts";
import { requireSchema } from "./hosts/settings/requirements.ts";
import { imagePlans, planGiven, planOutline } from "./images/component.ts";
import { givenImages } from "./images/given/index.ts";
import { plannedImages } from "./images/planned.ts";
import { unknownName } from "./nearest.ts";
import { networkDriverOf, networkDrivers } from "./networks/index.ts";
import type { NetworkPlan } from "./networks/network.ts";
import { type GuestFields, platformDrivers, platformOf } from "./platforms/index.ts";
import { isPlanned, plannedSchema } from "./platforms/planned.ts";
import type { GuestPlan } from "./platforms/platform.ts";
import { fieldOf, problemLine, wording } from "./problems.ts";
import { cpuListSchema, cpusOf, guestNameSchema, isHostAddress, networkNameSchema, subnetsOverlap } from "./schema.ts";

/** One schema at least, as zod's types want it. */
const schemasOf = <T extends { schema: z.ZodType }>(drivers: readonly T[]) =>
  drivers.map(({ schema }) => schema) as unknown as readonly [T["schema"], ...T["schema"][]];

const stackSchema = z.strictObject({
  description: z.string().default(""),
  host: z
    .strictObject({
      access: accessSchema,
      declared: declaredSchema.optional(),
      guestCpus: cpuListSchema.default("1").describe("host CPUs that guests are pinned to"),
      clientCpus: cpuListSchema.default("0").describe("host CPUs of the load generator"),
      settings: settingsSchema.prefault({}).describe("what the host is brought to, and back from"),
      limits: limitsSchema.optional().describe("beyond these a run counts as disturbed and is done again"),
      require: requireSchema.prefault({}).describe("what the host must be, and is never changed to"),
    })
    .prefault({}),
  networks: z.record(networkNameSchema, z.discriminatedUnion("type", schemasOf(networkDrivers))),
  guests: z.record(guestNameSchema, z.discriminatedUnion("platform", [...schemasOf(platformDrivers), plannedSchema])),
  artefacts: z
    .record(artefactNameSchema, artefactSchema)
    .default({})
    .describe("files that workloads need and that packages do not have, by the name that a workload asks for"),
  images: z
    .record(artefactNameSchema, z.discriminatedUnion("type", schemasOf(givenImages)))
    .default({})
    .describe("images that the user gives, by the name that guests use; of a type with the same name, or any other"),
  allowNonFree: z
    .boolean()
    .default(false)
    .describe("the debian image may hold packages outside the free sections, as netperf and IOzone are"),
  baseline: z
    .string()
    .optional()
    .describe("guest that ratios are taken to; default: the first with capability bare-metal"),
});

export type StackInput = z.input<typeof stackSchema>;
type StackFields = z.output<typeof stackSchema>;

/** A stack that has been checked, with every guest's image and network found. */
export interface Stack extends StackFields {
  name: string;
  plans: {
    networks: Record<string, NetworkPlan>;
    guests: Record<string, GuestPlan<GuestFields>>;
    /** Guests whose platform or image this version does not have: shown, never made. */
    planned: Record<string, { network: NetworkPlan }>;
  };
}

/** Typed identity: `export default defineStack({ … })` in stacks/<testbed>.ts. */
export function defineStack(stack: StackInput): StackInput {
  return stack;
}

/** Checks what a stack file exports; throws a ConfigError that names every problem. */
export function parseStack(name: string, input: unknown): Stack {
  const file = `stacks/${name}.ts`;
  const parsed = stackSchema.safeParse(input, { error: wording });
  const problems: string[] = [];
  const report: Report = (path, message) => problems.push(problemLine(file, path, message));
  for (const { path, message } of parsed.error?.issues ?? []) report(path, message);
  const fields = parsed.data ?? readablePart(input, parsed.error?.issues ?? []);
  if (fields) {
    const declared = declaredNames(input);
    for (const part of ["networks", "guests"] as const)
      if (declared[part].length === 0) report([part], `expected at least one ${part.slice(0, -1)}`);
    const stack = { ...fields, name, plans: planStack(name, fields, declared, report) };
    checkAddresses(stack, report);
    if (problems.length === 0) return stack;
  }
  throw new ConfigError(problems);
}

type Report = (path: readonly PropertyKey[], message: string) => void;
type Declared = Record<"networks" | "guests", string[]>;

/** Names that the file declares, also those of broken entries: a reference to one of them is no mistake of its own. */
function declaredNames(input: unknown): Declared {
  const keys = (part: unknown) => (typeof part === "object" && part !== null ? Object.keys(part) : []);
  const { networks, guests } = input as Partial<Record<keyof Declared, unknown>>;
  return { networks: keys(networks), guests: keys(guests) };
}

/** The stack without its broken parts, so that what is wrong between the others is found at the same time. */
function readablePart(input: unknown, issues: readonly z.core.$ZodIssue[]): StackFields | null {
  if (typeof input !== "object" || input === null) return null;
  const copy: Record<string, unknown> = { ...input };
  for (const { path, ...issue } of issues) {
    const [part, key] = path.map(String);
    const entries = copy[part ?? ""];
    if (part === undefined)
      for (const unknown of issue.code === "unrecognized_keys" ? issue.keys : []) delete copy[unknown];
    else if (key !== undefined && ["networks", "guests"].includes(part))
      copy[part] = Object.fromEntries(Object.entries(entries ?? {}).filter(([name]) => name !== key));
    else delete copy[part];
  }
  return stackSchema.safeParse(copy).data ?? null;
}

function planStack(name: string, stack: StackFields, declared: Declared, report: Report): Stack["plans"] {
  const networks: Record<string, NetworkPlan> = {};
  for (const [key, network] of Object.entries(stack.networks))
    networks[key] = networkDriverOf(network).plan(key, network);
  const guests: Stack["plans"]["guests"] = {};
  const planned: Stack["plans"]["planned"] = {};
  const images = { ...imagePlans(stack) };
  for (const [key, fields] of Object.entries(stack.images)) {
    if (images[key]) report(["images", key], `${key} is an image of guestbench's own: give yours another name`);
    else images[key] = planGiven(key, fields);
  }
  const only = declared.networks.length === 1 ? declared.networks[0] : undefined;
  for (const [key, guest] of Object.entries(stack.guests)) {
    const image = images[guest.image];
    const wanted = guest.network ?? only ?? "";
    const network = networks[wanted];
    const known = [...Object.keys(images), ...givenImages.map(({ type }) => type), ...Object.keys(plannedImages)];
    if (!known.includes(guest.image)) report(["guests", key, "image"], unknownName("image", guest.image, known));
    if (!network && !declared.networks.includes(wanted)) {
      const missing = `missing: expected one of ${declared.networks.join(", ")}`;
      report(["guests", key, "network"], guest.network ? unknownName("network", wanted, declared.networks) : missing);
    }
    const driver = isPlanned(guest) ? null : platformOf(guest);
    const shape = image ?? planOutline(guest.image);
    const refused = shape && driver?.refuses(shape);
    if (refused) report(["guests", key], `impossible combination ${guest.platform} × ${guest.image}: ${refused}`);
    const unpluggable = network && driver?.refusesNetwork(guest as GuestFields, network);
    if (unpluggable)
      report(["guests", key, "network"], `impossible combination ${guest.platform} × ${network.type}: ${unpluggable}`);
    if (!network) continue;
    if (isPlanned(guest) || !image || !driver) {
      planned[key] = { network };
      continue;
    }
    const cpus = guest.cpus ?? stack.host.guestCpus;
    const address = driver.address(guest, network);
    const artefacts = Object.keys(stack.artefacts);
    guests[key] = { stack: name, name: key, guest, image, network, cpus, address, artefacts };
  }
  if (stack.baseline !== undefined && !declared.guests.includes(stack.baseline)) {
    report(["baseline"], unknownName("guest", stack.baseline, declared.guests));
  }
  return { networks, guests, planned };
}

/** Addresses, bridges and subnets: each belongs to one thing, and lies where it has to. */
function checkAddresses(stack: Stack, report: Report): void {
  const taken = new Map<string, string>();
  const claim = (what: string, owner: string, path: string[]) => {
    const other = taken.get(what);
    if (other) report(path, `${what} is already taken by ${other}`);
    else taken.set(what, owner);
  };
  const networks = Object.entries(stack.plans.networks);
  for (const [index, [key, plan]] of networks.entries()) {
    for (const [field, owned] of Object.entries(plan.claims)) claim(owned, `network ${key}`, ["networks", key, field]);
    const [overlapped] = networks.slice(0, index).find(([, other]) => subnetsOverlap(other.subnet, plan.subnet)) ?? [];
    if (overlapped) report(["networks", key, "subnet"], `${plan.subnet} overlaps the subnet of network ${overlapped}`);
    for (const field of ["hostAddress", "clientAddress"] as const) {
      claim(plan[field], `the ${field} of network ${key}`, ["networks", key, field]);
      if (!isHostAddress(plan[field], plan.subnet))
        report(["networks", key, field], `${plan[field]} is no host address of ${plan.subnet}`);
    }
  }
  const { guests, planned } = stack.plans;
  for (const [key, guest] of Object.entries(stack.guests)) {
    const { network } = guests[key] ?? planned[key] ?? {};
    if (!network || !("address" in guest) || guest.address === undefined) continue;
    claim(guest.address, `guest ${key}`, ["guests", key, "address"]);
    if (!isHostAddress(guest.address, network.subnet)) {
      report(
        ["guests", key, "address"],
        `${guest.address} is no host address of network ${network.name} (${network.subnet})`,
      );
    }
  }
}

/** Checks a stack against the host it is to run on: CPUs that are there, memory that suffices. */
export function checkHost(
  stack: Stack,
  host: { cpus: number; memoryMiB: number },
  refusals: readonly string[] = [],
): void {
  const file = `stacks/${stack.name}.ts`;
  const problems = refusals.map((refusal) => `${file}: ${refusal}`);
  const lists: [string, string][] = [
    ["host.guestCpus", stack.host.guestCpus],
    ["host.clientCpus", stack.host.clientCpus],
    ...Object.entries(stack.plans.networks).flatMap(([key, { cpus }]) =>
      Object.entries(cpus).map(([field, list]): [string, string] => [fieldOf(["networks", key, field]), list]),
    ),
    ...Object.entries(stack.guests).flatMap(([key, { cpus }]): [string, string][] =>
      cpus ? [[fieldOf(["guests", key, "cpus"]), cpus]] : [],
    ),
  ];
  for (const [field, list] of lists) {
    const absent = cpusOf(list).filter((cpu) => cpu >= host.cpus);
    if (absent.length > 0)
      problems.push(
        `${file}: ${field}: CPU ${absent.join(", ")} does not exist; this host has CPUs 0-${host.cpus - 1}`,
      );
  }
  for (const [key, { memoryMiB }] of Object.entries(stack.guests)) {
    if (memoryMiB > host.memoryMiB) {
      problems.push(
        `${file}: ${fieldOf(["guests", key, "memoryMiB"])}: ${memoryMiB} MiB is more than the host's ${host.memoryMiB} MiB`,
      );
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
