/** Renders what Xen's tool stack is told of a guest; pure, so that what preview shows is what `xl` gets. */
import { noIpv6 } from "../networks/parts.ts";

export const guestTypes = ["pv", "pvh", "hvm"] as const;

export interface XenSpec {
  name: string;
  uuid: string;
  type: (typeof guestTypes)[number];
  vcpus: number;
  memoryMiB: number;
  /** Physical CPUs that the vCPUs are pinned to. */
  cpus: string;
  kernel: string;
  initrd: string;
  cmdline: string;
  /** Raw image that the guest's disk starts from at every boot; null: no disk. */
  disk: string | null;
  network: { mac: string; bridge: string; interface: string; script: "short" | "distribution" };
  /** The guest reads the CPU's own time stamp counter, which an emulated CPU's makes necessary; else as Xen decides. */
  nativeTsc: boolean;
  /** Folder of the guest's files on the host. */
  dir: string;
}

/** The domain's files. */
export const filesOf = ({ dir, name }: XenSpec) => ({
  config: `${dir}/domain.cfg`,
  vif: `${dir}/vif`,
  block: `${dir}/block`,
  /** What the guest wrote to its disk since it was started. */
  written: `${dir}/written`,
  /** Where xenconsoled keeps what the guest says. */
  console: `/var/log/xen/console/guest-${name}.log`,
});

const text = (value: string) => JSON.stringify(value);

export function renderConfig(spec: XenSpec): string {
  const { network, type, disk } = spec;
  const files = filesOf(spec);
  const vif = [
    `mac=${network.mac}`,
    `bridge=${network.bridge}`,
    ...(network.script === "short" ? [`script=${files.vif}`] : [`vifname=${network.interface}`]),
    // QEMU would emulate a card of its own beside the paravirtualized one
    ...(type === "hvm" ? ["type=vif"] : []),
  ].join(",");
  return [
    `name = ${text(spec.name)}`,
    `uuid = ${text(spec.uuid)}`,
    `type = ${text(type)}`,
    `kernel = ${text(spec.kernel)}`,
    `ramdisk = ${text(spec.initrd)}`,
    `cmdline = ${text(spec.cmdline)}`,
    `memory = ${spec.memoryMiB}`,
    `maxmem = ${spec.memoryMiB}`,
    `vcpus = ${spec.vcpus}`,
    `cpus = ${text(spec.cpus)}`,
    ...(spec.nativeTsc ? ['tsc_mode = "native"'] : []),
    `vif = [ ${text(vif)} ]`,
    ...(disk ? [`disk = [ ${text(`format=raw,vdev=xvda,access=w,script=${files.block},target=${disk}`)} ]`] : []),
    ...(type === "hvm" ? ["vnc = 0", "sdl = 0", 'vga = "none"', "usb = 0"] : []),
    'on_poweroff = "destroy"',
    'on_reboot = "destroy"',
    'on_crash = "destroy"',
    "",
  ].join("\n");
}

const failing = `trap '[ $? = 0 ] || xenstore-write "$XENBUS_PATH/hotplug-error" "$0 failed" "$XENBUS_PATH/hotplug-status" error' EXIT`;

/**
 * Plugs the guest's card into the bridge, as the distribution's script does in many more steps: a tool stack that was cut
 * down to what starting a guest takes is what nfvrg2016 measured.
 */
export function renderVifScript({ network: { bridge, interface: name } }: XenSpec): string {
  return [
    "#!/bin/sh",
    "set -e",
    '[ "$1" = online ] || [ "$1" = add ] || exit 0',
    failing,
    `ip link set "$vif" name ${name}`,
    noIpv6(name),
    `ip link set ${name} master ${bridge} up`,
    'xenstore-write "$XENBUS_PATH/hotplug-status" connected',
    "",
  ].join("\n");
}

/**
 * Makes the guest's disk when it starts and takes it away when it ends: a device-mapper snapshot of the image, so that
 * every boot starts from the same one and the back end is still the kernel's own (blkback).
 */
export function renderBlockScript(spec: XenSpec): string {
  const { name, disk } = spec;
  const { written } = filesOf(spec);
  return [
    "#!/bin/sh",
    "set -e",
    "take_away() {",
    `  if dmsetup info ${name} >/dev/null 2>&1; then dmsetup remove --noudevsync --retry ${name} || return; fi`,
    `  rm -f ${written}`,
    "}",
    'case "$1" in',
    "  add) ;;",
    "  remove) take_away; exit ;;",
    "  *) exit 0 ;;",
    "esac",
    failing,
    "take_away",
    `truncate --reference=${disk} ${written}`,
    `image=$(losetup --find --show --read-only ${disk})`,
    `changes=$(losetup --find --show ${written})`,
    "sectors=$(blockdev --getsz $image)",
    `echo "0 $sectors snapshot $image $changes N 16" | dmsetup create --noudevsync ${name}`,
    // busy now, they go with the snapshot
    "losetup --detach $image $changes",
    `number=$(dmsetup info --columns --noheadings --options major,minor --separator ' ' ${name})`,
    'xenstore-write "$XENBUS_PATH/physical-device" "$(printf "%x:%x" $number)"',
    `xenstore-write "$XENBUS_PATH/physical-device-path" /dev/mapper/${name} "$XENBUS_PATH/hotplug-status" connected`,
    "",
  ].join("\n");
}
