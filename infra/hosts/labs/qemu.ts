/** QEMU's command line for an emulated host; pure. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type LabKind, labPlatforms } from "./kinds.ts";

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
  readonly console: string;
  readonly pidFile: string;
  /** What QEMU itself says. */
  readonly log: string;
  /** The overlay of the image's disk. */
  readonly disk: string;
}

/**
 * How the host comes to life: a cold boot; a boot whose memory is a file, to be kept as a template; a copy of a template,
 * which reads that file and writes its changes elsewhere.
 */
export type LabStart =
  | { readonly how: "boot" }
  | { readonly how: "record"; readonly memoryFile: string; readonly control: string }
  | { readonly how: "clone"; readonly memoryFile: string };

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** A locally administered address that follows from the name. */
export function labMac(name: string): string {
  return `52:54:00:${digest(name).slice(0, 6).match(/../g)?.join(":")}`;
}

/** The machine-id, which follows from the name. */
export function labId(name: string): string {
  return digest(`machine ${name}`).slice(0, 32);
}

const MACHINES: Readonly<Record<LabKind, { machine: string; cpu: string }>> = {
  kvm: { machine: "pc", cpu: "max" },
  // the control domain dies of SMAP in an emulator, and 5-level paging is nothing Xen knows
  xen: { machine: "pc", cpu: "max,-smap,-smep,-la57,-pku" },
  arm64: { machine: "virt,virtualization=on,gic-version=3", cpu: "max,pauth-impdef=on" },
};

/** Left out is what costs an emulated kernel time and protects nothing here, and AppArmor, whose tools the host lacks. */
const KERNEL = "quiet apparmor=0 mitigations=off nokaslr audit=0 random.trust_cpu=on net.ifnames=0";
const XEN = [
  "console=com1 com1=115200,8n1 dom0_mem=768M,max:768M",
  // scrubbing would touch, and so take from the machine, all of the emulated memory
  "bootscrub=0 spec-ctrl=no xpti=no noreboot watchdog=0 cpuidle=0 cpufreq=none",
].join(" ");

function kernel(kind: LabKind, image: string): string[] {
  const vmlinux = join(image, "vmlinux");
  const initrd = join(image, "initrd.img");
  const line = `console=${labPlatforms[kind].console} ${KERNEL}`;
  switch (kind) {
    case "kvm":
      return ["-kernel", vmlinux, "-initrd", initrd, "-append", `${line} no_timer_check tsc=reliable`];
    case "xen":
      return ["-kernel", join(image, "xen"), "-initrd", `${vmlinux} ${line},${initrd}`, "-append", XEN];
    case "arm64":
      // at EL1 the kernel runs on the virtual timer; QEMU does not keep the hypervisor's own timer in what it saves
      return ["-kernel", vmlinux, "-initrd", initrd, "-append", `${line} kvm-arm.mode=nvhe`];
  }
}

function memory(memoryMiB: number, start: LabStart): { machine: string; options: string[] } {
  if (start.how === "boot") return { machine: "", options: [] };
  const share = start.how === "record" ? "on" : "off";
  return {
    machine: ",memory-backend=mem",
    options: [
      ...["-object", `memory-backend-file,id=mem,size=${memoryMiB}M,mem-path=${start.memoryFile},share=${share}`],
      ...(start.how === "record"
        ? ["-qmp", `unix:${start.control},server=on,wait=off`]
        : ["-qmp", "stdio", "-incoming", "defer"]),
    ],
  };
}

/** `image` is the folder of the kind's built image. */
export function labArgv(instance: LabInstance, paths: LabPaths, image: string, start: LabStart): string[] {
  const { kind, name, cpus, memoryMiB, sshPort } = instance;
  const { machine, cpu } = MACHINES[kind];
  const ram = memory(memoryMiB, start);
  return [
    labPlatforms[kind].emulator,
    ...["-name", name],
    ...["-M", `${machine}${ram.machine}`, "-cpu", cpu],
    ...["-accel", "tcg,thread=multi,tb-size=256"],
    ...["-smp", String(cpus)],
    ...["-m", `${memoryMiB}M`],
    ...ram.options,
    ...["-nodefaults", "-no-user-config", "-display", "none"],
    ...kernel(kind, image),
    ...["-drive", `if=none,id=disk,format=qcow2,cache=unsafe,file=${paths.disk}`],
    ...["-device", "virtio-blk-pci,drive=disk"],
    // restrict: the host reaches nothing outside; the forwarded port still leads in
    ...["-netdev", `user,id=net,ipv6=off,restrict=on,hostfwd=tcp:127.0.0.1:${sshPort}-:22`],
    ...["-device", `virtio-net-pci,netdev=net,romfile=,mac=${labMac(name)}`],
    ...["-device", "virtio-rng-pci"],
    ...["-serial", `file:${paths.console}`],
    ...["-pidfile", paths.pidFile],
  ];
}

/** What a copy is told on its control channel: memory lies in the file, the rest of the machine comes from `state`. */
export function cloneCommands(state: string): string[] {
  const commands = [
    { execute: "qmp_capabilities" },
    { execute: "migrate-set-capabilities", arguments: { capabilities: [SHARED_MEMORY] } },
    { execute: "migrate-incoming", arguments: { uri: `exec:cat ${state}` } },
  ];
  return commands.map((command) => JSON.stringify(command));
}

/** Memory that is shared with a file is left out of what is moved. */
export const SHARED_MEMORY = { capability: "x-ignore-shared", state: true } as const;
