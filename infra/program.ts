/** The plain parts of the Pulumi program: what the host must provide, and what the world is told at the end. */
import type * as Pulumi from "@pulumi/pulumi";
import { ConfigError, InfraError } from "./errors.ts";
import type { HostComponent, HostContext, HostNeeds } from "./hosts/host.ts";
import { probeHost } from "./hosts/probe.ts";
import { copiedTo, type Form, type ImagePlan, plannedFor } from "./images/component.ts";
import { type NetworkFields, networkDriverOf } from "./networks/index.ts";
import { debianNames, offersOn } from "./offers.ts";
import { type Outputs, outputsSchema } from "./outputs.ts";
import { type GuestFields, platformOf } from "./platforms/index.ts";
import type { GuestPlan } from "./platforms/platform.ts";
import { pulumi } from "./providers.ts";
import type { Stack } from "./stack.ts";
import { runtimeDir } from "./toolchain/paths.ts";

type Inputs<T> = { [K in keyof T]: Pulumi.Input<T[K]> | Record<string, Pulumi.Input<unknown>> };
type Plans = Record<string, GuestPlan<GuestFields>>;

export function mapValues<V, W>(record: Record<string, V>, change: (value: V, key: string) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** Networks and guests that this host can have with the images they need, and why it cannot run the others. */
export function usable(stack: Stack, context: HostContext) {
  const onThisMachine = context.shell.prefix.length === 0;
  const guests: Plans = {};
  const unavailable: Record<string, string> = {};
  for (const [name, { unavailable: reason }] of Object.entries(offersOn(stack, { context }))) {
    const plan = stack.plans.guests[name];
    if (reason !== null) unavailable[name] = reason;
    else if (plan) {
      const image = plannedFor(plan.image, debianNames[context.facts.architecture]);
      guests[name] = { ...plan, image: onThisMachine ? image : copiedTo(stack.name, image) };
    }
  }
  const images: Record<string, { plan: ImagePlan; forms: Form[] }> = {};
  for (const { guest, image } of Object.values(guests)) {
    const { forms } = images[image.name] ?? { forms: [] };
    images[image.name] = { plan: image, forms: [...forms, platformOf(guest).form] };
  }
  const networks = Object.fromEntries(
    Object.entries(stack.networks).filter(
      ([, network]) => networkDriverOf(network).unavailable(network, context) === null,
    ),
  );
  return { networks, guests, images, unavailable };
}

/**
 * Campaigns boot one guest at a time: the pool must hold the largest one and all that stay powered on, beside what the
 * networks' own switches take.
 */
export function hostNeeds(guests: Plans, networks: Record<string, NetworkFields>, context: HostContext): HostNeeds {
  const needs = Object.values(guests).map(({ guest }) => ({ guest, ...platformOf(guest).needs(guest) }));
  const switches = Object.values(networks).map((network) => networkDriverOf(network).hugePages(network, context));
  const taken = [...switches, ...needs.map(({ hugePages }) => hugePages)];
  const sizes = [...new Set(taken.flatMap(Object.keys))].sort();
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
  const pages = (size: string) => {
    const counts = (power: "on" | "off") =>
      needs.filter((n) => n.guest.power === power).map((n) => n.hugePages[size] ?? 0);
    return sum(switches.map((own) => own[size] ?? 0)) + sum(counts("on")) + Math.max(0, ...counts("off"));
  };
  return {
    docker: needs.some((need) => need.docker),
    libvirt: needs.some((need) => need.libvirt),
    hugePages: Object.fromEntries(sizes.map((size) => [size, pages(size)])),
  };
}

/** What the world is told of the host; one that is only being booted is asked when it runs. */
export function describeHost(host: HostComponent): Pulumi.Input<Outputs["host"]> {
  if (host.machine === null || host.emulated?.running) return described(host);
  return host.machine.stdout.apply(() => described({ ...host, facts: probeHost(host.shell) }));
}

function described({ stack, facts, accelerator, shell, limits }: HostComponent): Outputs["host"] {
  return {
    name: facts.hostname,
    architecture: facts.architecture,
    cpuModel: facts.cpuModel,
    cpus: facts.cpus,
    memoryMiB: facts.memoryMiB,
    kernel: facts.kernel,
    os: facts.os,
    virtualized: facts.virtualized,
    accelerator,
    tools: facts.tools,
    runtimeDir: runtimeDir(stack),
    ...(limits ? { limits } : {}),
    run: [...shell.prefix],
  };
}

/** The stack's outputs, checked once they are known. */
export function publish(document: Inputs<Outputs>): Pulumi.Output<Outputs> {
  return pulumi()
    .output(document as unknown as Outputs)
    .apply((known) => outputsSchema.parse(known)) as Pulumi.Output<Outputs>;
}

/** Shows the user's and the testbed's errors as what they say, without the program's own stack trace. */
export async function withoutTrace<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof ConfigError || error instanceof InfraError) throw new (pulumi().RunError)(error.message);
    throw error;
  }
}

/** The value that the stack's own checks have made sure of. */
export function must<V>(record: Record<string, V>, key: string): V {
  const value = record[key];
  if (value === undefined) throw new Error(`nothing is known of ${key}`);
  return value;
}
