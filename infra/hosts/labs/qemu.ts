/** QEMU's command line for an emulated host; pure. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { LabKind } from "./kinds.ts";
import { labPlatforms } from "./kinds.ts";

export interface LabInstance {
  readonly kind: LabKind;
  /** Host name; also tells several labs of one stack apart. */
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** TCP port on 127.0.0.1 that leads to the host's sshd. */
  readonly sshPort: number;
}

/** Files of one instance. */
export interface LabPaths {
  /** Gone after a reboot: console, pid, log. */
  readonly run: string;
  /** The overlay of the disk. */
  readonly state: string;
  readonly console: string;
  readonly pidFile: string;
  /** What QEMU itself says. */
  readonly log: string;
  readonly disk: string;
}

/** A locally administered address that follows from the name. */
export function labMac(name: string): string {
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `52:54:00:${digits.match(/../g)?.join(":")}`;
}

/** What slows an emulated kernel down and protects nothing here; names in the order of the kernel's documentation. */
const FAST = "quiet mitigations=off nokaslr audit=0 random.trust_cpu=on net.ifnames=0 panic=0";

function machine(kind: LabKind): string[] {
  switch (kind) {
    case "kvm":
      return ["-M", "pc", "-cpu", "max"];
    case "xen":
      // Xen's control domain dies of SMAP in an emulator, and 5-level paging is nothing Xen knows
      return ["-M", "pc", "-cpu", "max,-smap,-smep,-la57,-pku"];
    case "arm64":
      return ["-M", "virt,virtualization=on,gic-version=3", "-cpu", "max,pauth-impdef=on"];
  }
}

function kernel({ kind, name }: LabInstance, image: string): string[] {
  const vmlinux = join(image, "vmlinux");
  const initrd = join(image, "initrd.img");
  const common = `console=${labPlatforms[kind].console} guestbench.name=${name} ${FAST}`;
  switch (kind) {
    case "kvm":
      return ["-kernel", vmlinux, "-initrd", initrd, "-append", `${common} no_timer_check tsc=reliable`];
    case "xen":
      return [
        ...["-kernel", join(image, "xen")],
        ...["-initrd", `${vmlinux} ${common},${initrd}`],
        "-append",
        "console=com1 com1=115200,8n1 dom0_mem=768M,max:768M bootscrub=0 spec-ctrl=no xpti=no noreboot watchdog=0 cpuidle=0 cpufreq=none",
      ];
    case "arm64":
      return ["-kernel", vmlinux, "-initrd", initrd, "-append", common];
  }
}

/** `image` is the folder of the kind's built image. */
export function labArgv(instance: LabInstance, paths: LabPaths, image: string): string[] {
  const { kind, name, cpus, memoryMiB, sshPort } = instance;
  return [
    labPlatforms[kind].emulator,
    ...["-name", name],
    ...machine(kind),
    ...["-accel", "tcg,thread=multi,tb-size=256"],
    ...["-smp", String(cpus)],
    ...["-m", `${memoryMiB}M`],
    ...["-nodefaults", "-no-user-config", "-display", "none"],
    ...kernel(instance, image),
    ...["-drive", `if=none,id=disk,format=qcow2,cache=unsafe,file=${paths.disk}`],
    ...["-device", "virtio-blk-pci,drive=disk"],
    // restrict: the host reaches nothing outside; the forwarded port still leads in
    ...["-netdev", `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${sshPort}-:22`],
    ...["-device", `virtio-net-pci,netdev=net,romfile=,mac=${labMac(name)}`],
    ...["-device", "virtio-rng-pci"],
    ...["-serial", `file:${paths.console}`],
    ...["-pidfile", paths.pidFile],
  ];
}
