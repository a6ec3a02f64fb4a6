/**
 * The schema of a stack: one TypeScript file that declares one testbed, its host, its networks and every guest.
 * All problems of a stack are found at once, each with its file and field, before anything on the host is touched.
 */
import { z } from "zod";
import { ConfigError } from "./errors.ts";
import { imagePlans } from "./images/component.ts";
import { networkDriverOf, networkDrivers } from "./networks/index.ts";
import type { NetworkPlan } from "./networks/network.ts";
import { type GuestFields, platformDrivers, platformOf } from "./platforms/index.ts";
import type { GuestPlan } from "./platforms/platform.ts";
import { cpuListSchema, cpusOf, guestNameSchema, isHostAddress } from "./schema.ts";

const schemasOf = <T extends { schema: z.ZodType }, const L extends readonly T[]>(drivers: L) =>
  drivers.map((driver) => driver.schema) as unknown as { [I in keyof L]: L[I]["schema"] };

export const stackSchema = z.strictObject({
  description: z.string().default(""),
  host: z
    .strictObject({
      access: z.literal("local").default("local").describe("where the host is: this machine"),
      guestCpus: cpuListSchema.default("1").describe("host CPUs that guests are pinned to"),
      clientCpus: cpuListSchema.default("0").describe("host CPUs of the load generator"),
    })
    .prefault({}),
  networks: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,15}$/), z.discriminatedUnion("type", schemasOf(networkDrivers)))
    .refine((networks) => Object.keys(networks).length > 0, { error: "expected at least one network" }),
  guests: z
    .record(guestNameSchema, z.discriminatedUnion("platform", schemasOf(platformDrivers)))
    .refine((guests) => Object.keys(guests).length > 0, { error: "expected at least one guest" }),
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
  plans: { networks: Record<string, NetworkPlan>; guests: Record<string, GuestPlan<GuestFields>> };
}

/** Typed identity: `export default defineStack({ … })` in stacks/<testbed>.ts. */
export function defineStack(stack: StackInput): StackInput {
  return stack;
}

const fieldOf = (path: readonly PropertyKey[]) =>
  path
    .map((key, index) =>
      /^[a-zA-Z]\w*$/.test(String(key)) ? `${index ? "." : ""}${String(key)}` : `["${String(key)}"]`,
    )
    .join("");

/** Checks what a stack file exports; throws a ConfigError that names every problem. */
export function parseStack(name: string, input: unknown): Stack {
  const file = `stacks/${name}.ts`;
  const parsed = stackSchema.safeParse(input);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${file}: ${fieldOf(path)}: ${message}`));
  }
  const problems: string[] = [];
  const report = (path: readonly string[], message: string) => problems.push(`${file}: ${fieldOf(path)}: ${message}`);
  const stack = { ...parsed.data, name, plans: planStack(name, parsed.data, report) };
  checkAddresses(stack, report);
  if (problems.length > 0) throw new ConfigError(problems);
  return stack;
}

type Report = (path: readonly string[], message: string) => void;

function planStack(name: string, stack: StackFields, report: Report): Stack["plans"] {
  const networks: Record<string, NetworkPlan> = {};
  for (const [key, network] of Object.entries(stack.networks))
    networks[key] = networkDriverOf(network).plan(key, network);
  const guests: Stack["plans"]["guests"] = {};
  const images = imagePlans();
  const only = Object.keys(networks).length === 1 ? Object.keys(networks)[0] : undefined;
  for (const [key, guest] of Object.entries(stack.guests)) {
    const image = images[guest.image];
    const network = networks[guest.network ?? only ?? ""];
    if (!image)
      report(["guests", key, "image"], `there is no image "${guest.image}"; known: ${Object.keys(images).join(", ")}`);
    if (!network) {
      const known = Object.keys(networks).join(", ");
      report(
        ["guests", key, "network"],
        guest.network ? `there is no network "${guest.network}"; known: ${known}` : `expected one of ${known}`,
      );
    }
    if (!image || !network) continue;
    const driver = platformOf(guest);
    const refused = driver.refuses(image);
    if (refused) report(["guests", key], `impossible combination ${guest.platform} × ${guest.image}: ${refused}`);
    const cpus = guest.cpus ?? stack.host.guestCpus;
    guests[key] = { stack: name, name: key, guest, image, network, cpus, address: driver.address(guest, network) };
  }
  if (stack.baseline !== undefined && !(stack.baseline in stack.guests)) {
    report(["baseline"], `there is no guest "${stack.baseline}"; known: ${Object.keys(stack.guests).join(", ")}`);
  }
  return { networks, guests };
}

/** Addresses, bridges and subnets: each belongs to one thing, and lies where it has to. */
function checkAddresses(stack: Stack, report: Report): void {
  const taken = new Map<string, string>();
  const claim = (what: string, owner: string, path: string[]) => {
    const other = taken.get(what);
    if (other) report(path, `${what} is already taken by ${other}`);
    else taken.set(what, owner);
  };
  for (const [key, plan] of Object.entries(stack.plans.networks)) {
    claim(plan.bridge, `network ${key}`, ["networks", key, "bridge"]);
    claim(plan.subnet, `network ${key}`, ["networks", key, "subnet"]);
    for (const field of ["hostAddress", "clientAddress"] as const) {
      claim(plan[field], `the ${field} of network ${key}`, ["networks", key, field]);
      if (!isHostAddress(plan[field], plan.subnet))
        report(["networks", key, field], `${plan[field]} is no host address of ${plan.subnet}`);
    }
  }
  for (const [key, plan] of Object.entries(stack.plans.guests)) {
    if (!("address" in plan.guest)) continue;
    claim(plan.address, `guest ${key}`, ["guests", key, "address"]);
    if (!isHostAddress(plan.address, plan.network.subnet)) {
      report(
        ["guests", key, "address"],
        `${plan.address} is no host address of network ${plan.network.name} (${plan.network.subnet})`,
      );
    }
  }
}

/** Checks a stack against the host it is to run on: CPUs that are there, memory that suffices. */
export function checkHost(stack: Stack, host: { cpus: number; memoryMiB: number }): void {
  const file = `stacks/${stack.name}.ts`;
  const problems: string[] = [];
  const lists: [string, string][] = [
    ["host.guestCpus", stack.host.guestCpus],
    ["host.clientCpus", stack.host.clientCpus],
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
