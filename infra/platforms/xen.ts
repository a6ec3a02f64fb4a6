/**
 * Xen guests (PV, PVH, HVM) by Xen's own tool stack, `xl`, as the studies started theirs. Why not libvirt: its driver for Xen
 * does define and start PV and PVH guests (seen with Debian 12, Xen 4.17), but finds no CPU model on an emulated host unless its
 * CPU map is edited, its time would be in every instantiation, and its Terraform provider, which was not tried with Xen, starts
 * every guest once when it defines it.
 */
import { join } from "node:path";
import { z } from "zod";
import type { HostContext } from "../hosts/host.ts";
import type { HostObject } from "../hosts/objects.ts";
import { quote } from "../hosts/shell.ts";
import { ipArgument } from "../images/image.ts";
import { tapOf } from "../networks/names.ts";
import type { Boot } from "../outputs.ts";
import { addressSchema, guestFields, netmaskOf } from "../schema.ts";
import { hostStateDir } from "../toolchain/paths.ts";
import { macOf } from "./mac.ts";
import { commonHandle, definePlatform, type GuestOffer, type GuestPlan } from "./platform.ts";
import { uuidOf } from "./uuid.ts";
import { filesOf, guestTypes, renderBlockScript, renderConfig, renderVifScript, type XenSpec } from "./xen-domain.ts";

const schema = z.strictObject({
  platform: z.literal("xen"),
  ...guestFields,
  address: addressSchema.describe("the guest's address on the network"),
  type: z
    .enum(guestTypes)
    .default("pv")
    .describe("pv: paravirtualized, as the studies' guests; pvh: in hardware without a device model; hvm: with QEMU"),
  vifScript: z
    .enum(["short", "distribution"])
    .default("short")
    .describe("what plugs the card in at the start: three commands, as in nfvrg2016's tool stack, or Xen's own script"),
});

type Guest = z.infer<typeof schema>;

function specOf(plan: GuestPlan<Guest>, emulated: boolean): XenSpec {
  const { stack, guest, image, network, address } = plan;
  // stack and guest names hold no underscore, so no two guests can meet in one name
  const name = `gb_${stack}_${plan.name}`;
  const ip = ipArgument({ address, gateway: network.hostAddress, netmask: netmaskOf(network.subnet) });
  // Xen's disks have names of their own
  const words = image.cmdline.replace("root=/dev/vda", "root=/dev/xvda");
  return {
    name,
    uuid: uuidOf(name),
    type: guest.type,
    vcpus: guest.vcpus,
    memoryMiB: guest.memoryMiB,
    cpus: plan.cpus,
    kernel: image.kernel ?? "",
    initrd: image.initrd ?? "",
    cmdline: `console=hvc0 ${words} ${ip}`,
    disk: image.disk,
    network: { mac: macOf(address), bridge: network.bridge, interface: tapOf(address), script: guest.vifScript },
    nativeTsc: emulated,
    dir: join(hostStateDir(stack), "xen", plan.name),
  };
}

const shell = (script: string) => ["sh", "-c", script];

/** Whether the domain is there, whatever its state. */
const known = ({ name }: XenSpec) => `xl domid ${name} >/dev/null 2>&1`;

/** What outlives the caller bears none of its marks. */
const start = (spec: XenSpec) =>
  `: >${filesOf(spec).console}; exec env -u GUESTBENCH_CAMPAIGN -u GUESTBENCH_STACK xl create -q ${filesOf(spec).config}`;

function boot(spec: XenSpec): Boot {
  const { name, type } = spec;
  return {
    start: shell(start(spec)),
    // a guest without Xen's drivers is asked by ACPI
    stop: ["xl", "shutdown", ...(type === "hvm" ? ["-F"] : []), name],
    kill: ["xl", "destroy", name],
    status: { argv: shell(`${known(spec)} && echo running || echo off`), on: "running" },
    pid: type === "hvm" ? shell(`xenstore-read /local/domain/$(xl domid ${name})/image/device-model-pid`) : null,
    console: filesOf(spec).console,
    memory: { argv: ["xl", "list", name], format: "xl-list" },
  };
}

/** The domain's files on the host; what Xen's tools keep of it goes with them. Pure. */
export function domainObject(spec: XenSpec, on: boolean): HostObject {
  const { name, dir } = spec;
  const files = filesOf(spec);
  const written = (file: string, content: string, mode: string) =>
    `printf %s ${quote(content)} >${file}; chmod ${mode} ${file}`;
  const exists = `[ -e ${files.config} ]${on ? ` && ${known(spec)}` : ""}`;
  return {
    kind: "domain",
    name,
    exists,
    taken: `[ -e ${files.config} ] || ${known(spec)}`,
    create: [
      "ps -C xenconsoled -o args= | grep -qE -e '--log[= ](guest|all)' || { echo \"xenconsoled keeps no guest's console: start it with --log=guest (XENCONSOLED_TRACE=guest in /etc/default/xencommons or /etc/default/xen)\" >&2; exit 1; }",
      `mkdir -p ${dir}`,
      written(files.config, renderConfig(spec), "644"),
      written(files.vif, renderVifScript(spec), "755"),
      ...(spec.disk ? [written(files.block, renderBlockScript(spec), "755")] : []),
      ...(on ? [`(${start(spec)}) >/dev/null`] : []),
    ].join("\n"),
    remove: [
      `if ${known(spec)}; then xl destroy ${name} || true; fi`,
      `i=0; while ${known(spec)}; do i=$((i+1)); [ $i -lt 200 ] || { echo "Xen still has domain ${name}" >&2; exit 1; }; sleep 0.1; done`,
      // a destroyed domain's disk is taken away by then; one that a dead tool stack left is not
      ...(spec.disk ? [`[ ! -e ${files.block} ] || ${files.block} remove`] : []),
      `rm -rf ${dir} ${files.console}* /var/log/xen/xl-${name}.log* /var/log/xen/qemu-dm-${name}.log*`,
      `rmdir ${join(dir, "..")} 2>/dev/null || true`,
    ].join("\n"),
  };
}

function unavailable({ guest, image }: GuestPlan<Guest>, { facts }: HostContext): string | null {
  const needs: [boolean, string][] = [
    [facts.virtualized === "xen" && facts.tools.xen !== undefined, "this host is no control domain of Xen"],
    [facts.root, "Xen's tool stack answers root alone"],
    [image.disk === null || facts.tools.dmsetup !== undefined, "dmsetup is not installed on this host"],
    [guest.type !== "hvm" || facts.tools["Xen's QEMU"] !== undefined, "qemu-system-xen is not installed on this host"],
  ];
  return needs.find(([met]) => !met)?.[1] ?? null;
}

export const xen = definePlatform({
  platform: "xen",
  schema,
  form: "vm",
  address: (guest) => guest.address,
  refuses: ({ name, kernel, initrd, recipe }) =>
    kernel && initrd && recipe.monitor === undefined ? null : `image ${name} has no kernel that Xen could boot`,
  refusesNetwork: (_guest, { attaches }) =>
    attaches.machines.includes("bridge") ? null : "Xen's cards are plugged into a Linux bridge only",
  offer: (plan, host): GuestOffer => ({
    capabilities: ["network", "power", "memory", ...plan.image.capabilities],
    bootProfiles: ["standard"],
    unavailable: unavailable(plan, host),
    functionalOnly: null,
  }),
  needs: () => ({ docker: false, libvirt: false, hugePages: {} }),
  create: ({ plan, host, network, image, resource, offer }) => {
    const { guest } = plan;
    const spec = specOf(plan, host.emulated !== null);
    const plugged = network.machine(plan, resource, "at start");
    const needed = [image.resource, network.resource, plugged.resource, ...host.guestNeeds];
    host.object(domainObject(spec, guest.power === "on"), resource, needed, [plugged.resource]);
    return {
      handle: {
        ...commonHandle(plan, host, offer),
        accelerator: "xen",
        mac: spec.network.mac,
        interface: spec.network.interface,
        access: image.access(plan.address),
        ready: { type: "shell", deadlineMs: host.emulated ? 180_000 : 60_000 },
        boots: { standard: boot(spec) },
        imageFiles: image.files("vm"),
        settings: {
          "guest type": guest.type.toUpperCase(),
          "tool stack": "xl",
          "vif script": guest.vifScript === "short" ? "three commands" : "the distribution's",
          disk: spec.disk
            ? "blkback on a snapshot of the image; grants persistent where both kernels offer it"
            : "no disk",
          "time stamp counter": spec.nativeTsc ? "native" : "as Xen decides",
          "kernel command line": spec.cmdline,
        },
        definition: renderConfig(spec),
      },
    };
  },
});
