/** The bare-metal host as a Pulumi component: huge pages, the daemons, and a provider for each of them. */
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { component, docker, libvirt, pulumi as sdk } from "../providers.ts";
import { runtimeDir } from "../toolchain/paths.ts";
import type { Accelerator } from "./accelerator.ts";
import { chooseDaemons, type DaemonAccess, uriFromHere } from "./daemons.ts";
import { bootEmulated, type EmulatedHost } from "./emulated.ts";
import { hugePagePool, hugetlbfsMount } from "./huge-pages.ts";
import type { Limits } from "./limits.ts";
import { type HostObject, type HostResource, hostObject, type Marker } from "./objects.ts";
import type { HostFacts } from "./probe.ts";
import type { SettingsPlan } from "./settings/plan.ts";
import type { HostShell } from "./shell.ts";
import { recordBefore } from "./snapshot.ts";

/** Everything the program learned about the host before it declared anything. */
export interface HostContext {
  stack: string;
  facts: HostFacts;
  accelerator: Accelerator;
  shell: HostShell;
  /** The stack's settings held against the host. */
  settings: SettingsPlan;
  /** null: the host is a machine of its own. */
  emulated: EmulatedHost | null;
  /** What the host's markers say is the stack's. */
  markers: readonly Marker[];
  generation(kind: string, name: string): string;
  guestCpus: string;
  clientCpus: string;
  /** How quiet the host has to be while a run lasts. */
  limits?: Limits | undefined;
}

export interface HostComponent extends HostContext {
  resource: pulumi.ComponentResource;
  /** The process that an emulated host is; what lies on it is deleted with it. */
  machine: HostResource | null;
  daemons: { docker: DaemonAccess; libvirt: DaemonAccess };
  providers: { docker: pulumi.ProviderResource | null; libvirt: pulumi.ProviderResource | null };
  /** Declares an object on the host as a child of `parent`, made after the host itself. */
  object(
    object: HostObject,
    parent: pulumi.Resource,
    dependsOn?: pulumi.Resource[],
    follows?: pulumi.Resource[],
  ): HostResource;
  /** What virtual machines wait for: huge pages, and a place for their consoles. */
  guestNeeds: pulumi.Resource[];
}

export interface HostNeeds {
  docker: boolean;
  libvirt: boolean;
  /** Page size → pages to add to the pool. */
  hugePages: Record<string, number>;
}

/** Directory that the guests' consoles are written to. */
export function consoleDir(stack: string): HostObject {
  const name = join(runtimeDir(stack), "console");
  return { kind: "directory", name, exists: `[ -d ${name} ]`, create: `mkdir -p ${name}`, remove: `rm -rf ${name}` };
}

/** An emulated host that is booted only now is looked at before anything is made on it; any other was, long before. */
function lookedAt({ stack, shell, emulated }: HostContext, machine: HostResource): pulumi.Output<HostResource> {
  return machine.stdout.apply(() => {
    if (emulated?.running === false && !sdk().runtime.isDryRun()) recordBefore(stack, shell);
    return machine;
  });
}

export function createHost(context: HostContext, needs: HostNeeds): HostComponent {
  const { stack, facts } = context;
  const pages = Object.entries(needs.hugePages);
  const mount = pages.length > 0 && facts.hugetlbfs === null ? hugetlbfsMount(stack) : null;
  const daemons = chooseDaemons(stack, facts, mount?.path ?? facts.hugetlbfs, context.markers);
  return component<HostComponent>("host", "host", {}, (parent) => {
    const machine = context.emulated ? [bootEmulated(stack, context.emulated, parent)] : [];
    const booted = machine.map((resource) => lookedAt(context, resource));
    // what lies on an emulated host is gone with it, and comes back with it
    const lying = machine[0] ? { deletedWith: machine[0] } : {};
    const object: HostComponent["object"] = (made, owner, dependsOn = [], follows = []) => {
      const options = { parent: owner, dependsOn: [...booted, ...dependsOn], ...lying };
      return hostObject(context, made, context.generation(made.kind, made.name), options, [...machine, ...follows]);
    };
    // one after the other, so that they are put back in reverse
    const settings: HostResource[] = [];
    for (const setting of context.settings.objects) settings.push(object(setting, parent, settings.slice(-1)));
    // a stack's pages are added to what the setting leaves in the pool
    const floor = settings.filter((_, index) => context.settings.objects[index]?.name === "hugePages");
    const pools = pages.map(([size, count]) => object(hugePagePool(stack, size, count), parent, settings, floor));
    const mounts = mount ? [object(mount, parent)] : [];
    const dockerd = needs.docker ? object(daemons.docker, parent) : null;
    const libvirtd = needs.libvirt ? object(daemons.libvirt, parent, [...mounts, ...pools]) : null;
    const consoles = needs.libvirt ? [object(consoleDir(stack), parent)] : [];
    // unknown until the daemon runs, so that a first preview does not try to reach it
    const once = (resource: HostResource, name: "docker" | "libvirt") =>
      resource.stdout.apply(() => uriFromHere(name, daemons[name], stack, context.shell));
    return {
      ...context,
      machine: machine[0] ?? null,
      daemons,
      object,
      guestNeeds: [...settings, ...pools, ...mounts, ...consoles],
      providers: {
        docker:
          dockerd &&
          new (docker().Provider)(
            "docker",
            { host: once(dockerd, "docker") },
            { parent, dependsOn: [dockerd], ignoreChanges: ["version"] },
          ),
        libvirt:
          libvirtd &&
          new (libvirt().Provider)(
            "libvirt",
            { uri: once(libvirtd, "libvirt") },
            { parent, dependsOn: [libvirtd], ignoreChanges: ["version"] },
          ),
      },
    };
  });
}
