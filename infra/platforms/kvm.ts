/**
 * QEMU guests through libvirt: under KVM where it boots a guest, else under TCG, which is functional evidence only.
 * Defaults are the studies': huge pages and no vhost (raho2015), a tap made before the guest (nfvrg2016), cache none.
 */
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { libvirtPidDir } from "../hosts/daemons.ts";
import { PAGE_KIB } from "../hosts/huge-pages.ts";
import { type BootText, ipArgument } from "../images/image.ts";
import type { MachinePort } from "../networks/network.ts";
import type { Boot } from "../outputs.ts";
import { libvirt } from "../providers.ts";
import { addressSchema, guestFields, netmaskOf, prefixOf } from "../schema.ts";
import { runtimeDir } from "../toolchain/paths.ts";
import { type DomainSpec, powerButton, renderDomain, renderStylesheet } from "./kvm-domain.ts";
import { machineRefuses, messageInterrupts, portSettings } from "./kvm-port.ts";
import { domainObjects } from "./kvm-records.ts";
import { macOf } from "./mac.ts";
import {
  commonHandle,
  definePlatform,
  type GuestContext,
  type GuestOffer,
  type GuestPlan,
  type HandleInputs,
} from "./platform.ts";
import { uuidOf } from "./uuid.ts";

const schema = z.strictObject({
  platform: z.literal("kvm"),
  ...guestFields,
  address: addressSchema.describe("the guest's address on the network"),
  machine: z
    .enum(["q35", "pc", "virt"])
    .optional()
    .describe("QEMU machine type; default: q35 on x86-64, virt on arm64"),
  hugePages: z
    .enum(["2MiB", "1GiB", "none"])
    .default("2MiB")
    .describe("pages that back the guest's memory; raho2015: 2 MiB"),
  vhost: z.boolean().default(false).describe("virtio-net in the host's kernel; raho2015: off"),
  preCreatedTap: z.boolean().default(true).describe("the tap exists before the guest starts; nfvrg2016: on"),
  diskCache: z
    .enum(["none", "writeback", "writethrough", "directsync", "unsafe"])
    .default("none")
    .describe("QEMU's cache mode for the disk"),
});

type Guest = z.infer<typeof schema>;
type Profile = "standard" | "memory";

/** Memory on huge pages is always all reserved: to measure what a guest uses, it is booted on ordinary pages. */
const profilesOf = (guest: Guest): Profile[] => (guest.hugePages === "none" ? ["standard"] : ["standard", "memory"]);
// stack and guest names hold no underscore, so no two guests can meet in one name
const domainName = ({ stack, name }: GuestPlan, profile: Profile) =>
  `gb_${stack}_${name}${profile === "standard" ? "" : `_${profile}`}`;

/** What the image is told, in its own way. */
function bootText({ address, network, image }: GuestPlan, console: string): BootText {
  const wiring = {
    ...{ address, console, gateway: network.hostAddress },
    ...{ netmask: netmaskOf(network.subnet), prefix: prefixOf(network.subnet) },
  };
  return image.recipe.boot?.(wiring) ?? { cmdline: `console=${console} ${image.cmdline} ${ipArgument(wiring)}` };
}

/** Pure but for paths: what libvirt is told about one profile of the guest. */
function domainSpec(
  plan: GuestPlan<Guest>,
  host: GuestContext["host"],
  port: MachinePort,
  profile: Profile,
): DomainSpec {
  const { guest, image, stack } = plan;
  const arm = host.facts.architecture === "arm64";
  const name = domainName(plan, profile);
  const { cmdline, initrdArguments = null } = bootText(plan, arm ? "ttyAMA0" : "ttyS0");
  return {
    name,
    uuid: uuidOf(name),
    stack,
    accelerator: host.accelerator.name,
    architecture: host.facts.architecture,
    emulator: arm ? "/usr/bin/qemu-system-aarch64" : "/usr/bin/qemu-system-x86_64",
    machine: guest.machine ?? image.recipe.machine ?? (arm ? "virt" : "q35"),
    vcpus: guest.vcpus,
    memoryMiB: guest.memoryMiB,
    cpus: plan.cpus,
    hugePages: guest.hugePages === "none" || profile === "memory" ? null : guest.hugePages,
    kernel: image.kernel ?? "",
    initrd: image.initrd === null ? null : { path: image.initrd, arguments: initrdArguments },
    cmdline,
    disk: image.disk ? { path: image.disk, cache: guest.diskCache } : null,
    network: {
      mac: macOf(plan.address),
      vhost: guest.vhost,
      port,
      messageInterrupts: messageInterrupts(port, host),
    },
    console: join(runtimeDir(stack), "console", `${name}.log`),
    securityModels: host.daemons.libvirt.own ? [] : host.facts.securityModels,
  };
}

function boot(spec: DomainSpec, host: GuestContext["host"], powersOff: boolean): Boot {
  const virsh = ["virsh", "-q", "-c", host.daemons.libvirt.uri];
  const pidFile = join(libvirtPidDir(spec.stack, host.daemons.libvirt.own), `${spec.name}.pid`);
  return {
    start: [...virsh, "start", spec.name],
    stop: [
      ...virsh,
      ...(!powersOff
        ? ["destroy", spec.name]
        : powerButton(spec) === "acpi"
          ? ["shutdown", spec.name]
          : ["send-key", spec.name, "KEY_POWER"]),
    ],
    kill: [...virsh, "destroy", spec.name],
    status: { argv: [...virsh, "domstate", spec.name], on: "running" },
    pid: ["cat", pidFile],
    console: spec.console,
    memory: spec.hugePages
      ? null
      : { argv: ["sh", "-c", `cat /proc/$(cat ${pidFile})/smaps_rollup`], format: "smaps_rollup" },
  };
}

/** A definition that libvirt may rewrite and a guest that campaigns start and stop are both none of Pulumi's business. */
const IGNORED = [
  "kernel",
  "initrd",
  "cmdlines",
  "networkInterfaces",
  "consoles",
  "disks",
  "emulator",
  "cpu",
  "graphics",
  "video",
];

function define(
  context: GuestContext<Guest>,
  spec: DomainSpec,
  dependsOn: pulumi.Resource[],
  on: boolean,
): pulumi.Resource {
  const { host, resource } = context;
  const { slot, defined } = domainObjects(spec, host.daemons.libvirt.uri);
  const cleared = host.object(slot, resource, dependsOn);
  const domain = new (libvirt().Domain)(
    `domain-${spec.name.replace(`gb_${spec.stack}_`, "")}`,
    {
      name: spec.name,
      memory: spec.memoryMiB,
      vcpu: spec.vcpus,
      running: on,
      xml: { xslt: renderStylesheet(renderDomain(spec)) },
    },
    {
      parent: resource,
      dependsOn: [...dependsOn, cleared],
      // clearing the slot removes the domain, whoever made it
      deletedWith: cleared,
      replacementTrigger: cleared.id,
      deleteBeforeReplace: true,
      ignoreChanges: on ? IGNORED : [...IGNORED, "running"],
      ...(host.providers.libvirt ? { provider: host.providers.libvirt } : {}),
    },
  );
  return host.object(defined, resource, [domain]);
}

function functionalOnly(accelerator: string): string | null {
  return accelerator === "tcg" ? "accelerator: tcg (software emulation), functional only" : null;
}

/** The definition that the next one on the same host waits for. */
const lastDefined = new WeakMap<GuestContext["host"], pulumi.Resource[]>();

export const kvm = definePlatform({
  platform: "kvm",
  schema,
  notOn: { armv7: "KVM on ARMv7 left Linux in 5.7" },
  form: "vm",
  address: (guest) => guest.address,
  refuses: (image) => (image.kernel ? null : `image ${image.name} has no kernel that QEMU could boot`),
  refusesNetwork: machineRefuses,
  offer: ({ guest, image }, { facts, accelerator }): GuestOffer => {
    const reasons = [
      facts.tools.qemu ? null : "QEMU is not installed: run guestbench setup",
      facts.tools.libvirt ? null : "libvirtd is not installed: run guestbench setup",
      guest.vhost && !facts.vhostNet ? "vhost is asked for, and this host has no /dev/vhost-net" : null,
      guest.hugePages !== "none" && !facts.hugePageSizes.includes(guest.hugePages)
        ? `huge pages of ${guest.hugePages} are asked for, and this host's kernel or CPU has none`
        : null,
    ];
    return {
      capabilities: ["network", "power", "memory", ...image.capabilities],
      bootProfiles: profilesOf(guest),
      unavailable: reasons.find((reason) => reason !== null) ?? null,
      functionalOnly: functionalOnly(accelerator.name),
    };
  },
  needs: ({ hugePages, memoryMiB }) => ({
    docker: false,
    libvirt: true,
    hugePages:
      hugePages === "none" ? {} : { [hugePages]: Math.ceil((memoryMiB * 1024) / (PAGE_KIB[hugePages] ?? 2048)) },
  }),
  create: (context) => {
    const { plan, host, network, image, resource, offer } = context;
    const { guest } = plan;
    const { access, powersOff = true } = plan.image.recipe;
    const plugged = network.machine(plan, resource, guest.preCreatedTap ? "before" : "at start");
    const specs = profilesOf(guest).map((profile) => ({
      profile,
      spec: domainSpec(plan, host, plugged.port, profile),
    }));
    const needed = [image.resource, network.resource, plugged.resource, ...host.guestNeeds];
    // one after the other on a host: its provider starts a new definition once, and the huge pages are for one guest
    needed.push(...(lastDefined.get(host) ?? []));
    for (const { profile, spec } of specs.toReversed()) {
      needed.push(define(context, spec, [...needed], guest.power === "on" && profile === "standard"));
    }
    lastDefined.set(host, needed.slice(-1));
    const handle: HandleInputs = {
      ...commonHandle(plan, host, offer),
      accelerator: host.accelerator.name,
      mac: macOf(plan.address),
      interface: plugged.interface,
      access: access.includes("ssh") ? image.access(plan.address) : null,
      ready: {
        type: access.includes("ssh") ? "shell" : "ping",
        deadlineMs: host.accelerator.name === "tcg" || host.emulated ? 180_000 : 60_000,
      },
      boots: Object.fromEntries(specs.map(({ profile, spec }) => [profile, boot(spec, host, powersOff)])),
      imageFiles: image.files("vm"),
      settings: {
        machine: specs[0]?.spec.machine ?? "",
        "huge pages": guest.hugePages,
        ...portSettings(plugged.port, guest.vhost),
        "disk cache": plan.image.disk ? guest.diskCache : "no disk",
        "kernel command line": specs[0]?.spec.cmdline ?? "",
      },
      ...(specs[0] ? { definition: renderDomain(specs[0].spec) } : {}),
    };
    return { handle };
  },
});
