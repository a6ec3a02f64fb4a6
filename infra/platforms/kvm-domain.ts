/** Renders a libvirt domain: a pure function, so that what preview shows is what libvirt gets. */
import type { MachinePort } from "../networks/network.ts";

interface DomainDisk {
  path: string;
  cache: "none" | "writeback" | "writethrough" | "directsync" | "unsafe";
}

export interface DomainSpec {
  name: string;
  uuid: string;
  stack: string;
  accelerator: "kvm" | "tcg";
  architecture: "x86_64" | "arm64";
  emulator: string;
  machine: string;
  vcpus: number;
  memoryMiB: number;
  /** Host CPUs that the vCPUs and the emulator are pinned to. */
  cpus: string;
  /** Page size that backs the guest's memory; null: ordinary pages. */
  hugePages: string | null;
  kernel: string;
  /** A module with arguments is a multiboot kernel's; null: the kernel is all there is. */
  initrd: { path: string; arguments: string | null } | null;
  cmdline: string;
  disk: DomainDisk | null;
  network: {
    mac: string;
    vhost: boolean;
    port: MachinePort;
    /** Interrupts by message; off for a QEMU that crashes with them. */
    messageInterrupts: boolean;
  };
  console: string;
  /** Security models of a libvirtd that is not ours: the guest runs as root, unconfined, to reach the user's cache. */
  securityModels: readonly string[];
}

export function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("'", "&apos;")
    .replaceAll('"', "&quot;");
}

const PAGE: Record<string, string> = { "2MiB": "size='2' unit='MiB'", "1GiB": "size='1' unit='GiB'" };

/**
 * The disk, as arguments of QEMU's own: every boot starts from the same image, because what a guest writes goes to a
 * nameless temporary file that ends with it. (libvirt's <transient/> names that file, and its Terraform provider then
 * refuses a disk that is not in a storage pool.)
 */
function disk({ disk: found, architecture, machine }: DomainSpec): string[] {
  if (!found) return [];
  const aio = found.cache === "none" || found.cache === "directsync" ? "native" : "threads";
  const path = found.path.replaceAll(",", ",,");
  return [
    ...["-drive", `file=${path},format=raw,if=none,id=root,cache=${found.cache},aio=${aio},snapshot=on`],
    ...[
      "-device",
      `virtio-blk-pci,drive=root,id=rootdisk,bus=${architecture === "x86_64" && machine === "pc" ? "pci.0" : "pcie.0"},addr=1e`,
    ],
  ];
}

/** A multiboot module with arguments, which libvirt would take for part of its path. */
function module({ initrd }: DomainSpec): string[] {
  if (!initrd || initrd.arguments === null) return [];
  return ["-initrd", `${initrd.path} ${initrd.arguments}`.replaceAll(",", ",,")];
}

/** Arguments of QEMU's own. */
function commandline(spec: DomainSpec): string[] {
  const argv = [...disk(spec), ...module(spec)];
  if (argv.length === 0) return [];
  return [
    "  <qemu:commandline>",
    ...argv.map((argument) => `    <qemu:arg value='${escapeXml(argument)}'/>`),
    "  </qemu:commandline>",
  ];
}

/** What the switch must not get from a guest: packets without a checksum, or larger than a frame. */
const WITHOUT_OFFLOADS = "<host csum='off' gso='off' tso4='off' tso6='off' ecn='off' ufo='off'/>";

/** Type of the interface, what it is plugged into, and its driver. */
function plugged({ network: { port, vhost } }: DomainSpec): { type: string; into: string; driver: string[] } {
  const name = `name='${vhost ? "vhost" : "qemu"}'`;
  const driver = [`<driver ${name}/>`];
  switch (port.type) {
    case "tap":
      return {
        type: "ethernet",
        into: `<target dev='${port.tap}' managed='no'/>`,
        driver: port.offloads ? driver : [`<driver ${name}>${WITHOUT_OFFLOADS}</driver>`],
      };
    case "bridge":
      return { type: "bridge", into: `<source bridge='${port.bridge}'/>`, driver };
    case "vhost-user": {
      const source = `<source type='unix' path='${port.socket}' mode='${port.mode}'`;
      // whoever connects does so again after the other end was away
      const reconnects = `${source}><reconnect enabled='yes' timeout='1'/></source>`;
      return { type: "vhostuser", into: port.mode === "server" ? `${source}/>` : reconnects, driver: [] };
    }
  }
}

function nic(spec: DomainSpec): string[] {
  const { type, into, driver } = plugged(spec);
  return [
    `    <interface type='${type}'>`,
    `      <mac address='${spec.network.mac}'/>`,
    `      ${into}`,
    "      <model type='virtio'/>",
    ...driver.map((line) => `      ${line}`),
    "      <rom enabled='no'/>",
    ...(spec.network.messageInterrupts ? [] : ["      <alias name='ua-net'/>"]),
    "    </interface>",
  ];
}

/** How the guest is asked to power off: by ACPI's button, or by the power key of a keyboard where there is no ACPI. */
export function powerButton({ architecture }: DomainSpec): "acpi" | "key" {
  return architecture === "arm64" ? "key" : "acpi";
}

/** Memory on huge pages, and memory that a switch shares. */
function memoryBacking({ hugePages, network: { port } }: DomainSpec): string[] {
  const shared = port.type === "vhost-user";
  const backing = [
    ...(hugePages ? [`<hugepages><page ${PAGE[hugePages]}/></hugepages>`] : []),
    ...(shared && !hugePages ? ["<source type='memfd'/>"] : []),
    ...(shared ? ["<access mode='shared'/>"] : []),
  ];
  return backing.length === 0 ? [] : [`  <memoryBacking>${backing.join("")}</memoryBacking>`];
}

/** Properties of QEMU's own that libvirt has no word for. */
function overrides({ network: { messageInterrupts } }: DomainSpec): string[] {
  if (messageInterrupts) return [];
  return [
    "  <qemu:override>",
    "    <qemu:device alias='ua-net'>",
    "      <qemu:frontend><qemu:property name='vectors' type='unsigned' value='0'/></qemu:frontend>",
    "    </qemu:device>",
    "  </qemu:override>",
  ];
}

function security(models: readonly string[]): string[] {
  return models.map((model) =>
    model === "dac"
      ? "  <seclabel type='static' model='dac' relabel='no'><label>+0:+0</label></seclabel>"
      : `  <seclabel type='none' model='${escapeXml(model)}'/>`,
  );
}

export function renderDomain(spec: DomainSpec): string {
  const vcpus = Array.from({ length: spec.vcpus }, (_, vcpu) => `    <vcpupin vcpu='${vcpu}' cpuset='${spec.cpus}'/>`);
  return [
    `<domain type='${spec.accelerator === "kvm" ? "kvm" : "qemu"}' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>`,
    `  <name>${escapeXml(spec.name)}</name>`,
    `  <uuid>${spec.uuid}</uuid>`,
    `  <metadata><guestbench:guest xmlns:guestbench='urn:guestbench' stack='${escapeXml(spec.stack)}'/></metadata>`,
    `  <memory unit='MiB'>${spec.memoryMiB}</memory>`,
    ...memoryBacking(spec),
    `  <vcpu placement='static' cpuset='${spec.cpus}'>${spec.vcpus}</vcpu>`,
    "  <cputune>",
    ...vcpus,
    `    <emulatorpin cpuset='${spec.cpus}'/>`,
    "  </cputune>",
    "  <os>",
    `    <type arch='${spec.architecture === "arm64" ? "aarch64" : "x86_64"}' machine='${spec.machine}'>hvm</type>`,
    `    <kernel>${escapeXml(spec.kernel)}</kernel>`,
    ...(spec.initrd?.arguments === null ? [`    <initrd>${escapeXml(spec.initrd.path)}</initrd>`] : []),
    `    <cmdline>${escapeXml(spec.cmdline)}</cmdline>`,
    "  </os>",
    // ARM has ACPI only with a firmware, and a kernel that QEMU starts itself has none
    spec.architecture === "arm64" ? "  <features><gic/></features>" : "  <features><acpi/><apic/></features>",
    spec.accelerator === "kvm" ? "  <cpu mode='host-passthrough'/>" : "  <cpu mode='maximum'/>",
    "  <clock offset='utc'/>",
    "  <on_poweroff>destroy</on_poweroff>",
    "  <on_reboot>destroy</on_reboot>",
    "  <on_crash>destroy</on_crash>",
    "  <devices>",
    `    <emulator>${spec.emulator}</emulator>`,
    ...nic(spec),
    `    <serial type='file'><source path='${escapeXml(spec.console)}'/><target port='0'/></serial>`,
    "    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>",
    ...(powerButton(spec) === "key" ? ["    <input type='keyboard' bus='virtio'/>"] : []),
    "    <memballoon model='none'/>",
    "    <controller type='usb' model='none'/>",
    "  </devices>",
    ...security(spec.securityModels),
    ...commandline(spec),
    ...overrides(spec),
    "</domain>",
    "",
  ].join("\n");
}

/** A stylesheet whose only template prints the domain: how the whole document reaches libvirt through its provider. */
export function renderStylesheet(domain: string): string {
  // in a template, braces in an attribute would be an expression
  const literal = domain.replaceAll(/='[^']*'/g, (value) => value.replaceAll(/[{}]/g, "$&$&"));
  return [
    '<?xml version="1.0"?>',
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">',
    '<xsl:output omit-xml-declaration="yes" indent="yes"/>',
    '<xsl:template match="/">',
    literal.trimEnd(),
    "</xsl:template>",
    "</xsl:stylesheet>",
    "",
  ].join("\n");
}
