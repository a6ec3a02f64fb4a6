/** What a host can run, what it cannot, and what to do about it. Changes nothing but this machine's own cache. */
import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "./errors.ts";
import { type Accelerator, accelerator } from "./hosts/accelerator.ts";
import { sshSchema } from "./hosts/access.ts";
import { emulatedHost } from "./hosts/emulated.ts";
import { hostShell } from "./hosts/open.ts";
import { missingOnHost } from "./hosts/packages.ts";
import { type HostFacts, probeHost } from "./hosts/probe.ts";
import { freeOn, remoteChecks } from "./hosts/remote-checks.ts";
import { thisMachine } from "./hosts/shell.ts";
import { scanHostKeys } from "./hosts/ssh.ts";
import { loadStack } from "./load.ts";
import { networkDrivers } from "./networks/index.ts";
import type { KnownHost } from "./networks/network.ts";
import { toolchainStatus } from "./toolchain/index.ts";
import { cacheDir } from "./toolchain/paths.ts";

export interface DoctorCheck {
  id: string;
  title: string;
  /** warn: works, with a limit that results name; missing: something cannot run. */
  status: "ok" | "warn" | "missing";
  detail: string;
  remedy: string | null;
  /** Which machine it is about, where there are two of them. */
  where?: string;
}

export interface DoctorReport {
  ok: boolean;
  accelerator: Accelerator;
  checks: DoctorCheck[];
}

const NEEDED_GIB = 15;

const check = (
  id: string,
  title: string,
  good: boolean,
  detail: string,
  remedy: string,
  otherwise: "warn" | "missing",
) => ({
  id,
  title,
  status: good ? ("ok" as const) : otherwise,
  detail,
  remedy: good ? null : remedy,
});

/** Pure: findings about the host from its facts. */
export function hostChecks(facts: HostFacts, found: Accelerator, freeGiB: number): DoctorCheck[] {
  const daemon = (running: boolean, version: string | undefined) =>
    version === undefined
      ? "not installed"
      : `${version}, ${running ? "running" : "not running: started for a stack, stopped with it"}`;
  return [
    check("root", "Root", facts.root, facts.root ? "yes" : "no", "run with sudo", "missing"),
    check(
      "cpus",
      "CPUs",
      facts.cpus >= 2,
      `${facts.cpus} × ${facts.cpuModel}`,
      "with one CPU, guest and load generator share it: set guestCpus and clientCpus to 0",
      "warn",
    ),
    check(
      "memory",
      "Memory",
      facts.memoryMiB >= 3072,
      `${(facts.memoryMiB / 1024).toFixed(1)} GiB`,
      "guests of 1 GiB need 3 GiB or more",
      "missing",
    ),
    check(
      "disk",
      "Disk",
      freeGiB >= NEEDED_GIB,
      `${freeGiB.toFixed(0)} GiB free for the cache`,
      `free ${NEEDED_GIB} GiB, or set GUESTBENCH_CACHE to a larger disk`,
      "warn",
    ),
    check(
      "accelerator",
      "KVM",
      found.name === "kvm",
      found.name === "kvm" ? found.reason : `${found.reason}; guests run by TCG (software emulation): functional only`,
      "for numbers that count, use a machine with hardware virtualization, and turn it on in its firmware",
      "warn",
    ),
    check(
      "vhost",
      "vhost-net",
      facts.vhostNet,
      facts.vhostNet ? "/dev/vhost-net" : "no /dev/vhost-net: guests with vhost are skipped",
      "modprobe vhost_net",
      "warn",
    ),
    check(
      "huge-pages",
      "Huge pages",
      facts.hugePageSizes.length > 0,
      facts.hugePageSizes.join(", ") || "none",
      'set hugePages: "none" in the stack',
      "warn",
    ),
    check(
      "docker",
      "Docker daemon",
      facts.tools.docker !== undefined,
      daemon(facts.systemDocker, facts.tools.docker),
      "guestbench setup",
      "missing",
    ),
    check(
      "libvirt",
      "libvirt daemon",
      facts.tools.libvirt !== undefined,
      daemon(facts.systemLibvirt, facts.tools.libvirt),
      "guestbench setup",
      "missing",
    ),
    check(
      "qemu",
      "QEMU",
      facts.tools.qemu !== undefined,
      facts.tools.qemu ?? "not installed",
      "guestbench setup",
      "missing",
    ),
    ...networkChecks(facts),
  ];
}

/** Pure: networks that need packages which the set-up does not install, as few stacks have them. */
function networkChecks(facts: HostFacts): DoctorCheck[] {
  return networkDrivers.flatMap((driver) => {
    if (driver.packages.length === 0) return [];
    const { type, schema } = driver;
    const unavailable = driver.unavailable as (network: unknown, host: KnownHost) => string | null;
    const reason = unavailable(schema.parse({ type }), { stack: "none", facts, markers: [] });
    const [detail = "", remedy = ""] = reason?.split(/: (.*)/) ?? ["can be had"];
    return check(`network-${type}`, `Network ${type}`, reason === null, detail, remedy, "warn");
  });
}

/** The folder itself, or the nearest one above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}

async function toolchainChecks(): Promise<DoctorCheck[]> {
  return (await toolchainStatus()).map((part) => ({
    id: part.id,
    title: part.title,
    status: part.ok ? ("ok" as const) : ("missing" as const),
    detail: [part.version, part.origin, part.ok ? null : part.detail].filter(Boolean).join(", "),
    remedy: part.ok ? null : "guestbench setup",
  }));
}

const reportOf = (found: Accelerator, checks: DoctorCheck[]): DoctorReport => ({
  ok: checks.every(({ status }) => status !== "missing"),
  accelerator: found,
  checks,
});

/** Looks at this machine, or at a stack's host and, for what drives it, at this machine. */
export async function doctor(stackName?: string): Promise<DoctorReport> {
  const stack = stackName === undefined ? null : await loadStack(stackName);
  if (stack && emulatedHost(stack)?.running === false)
    throw new ConfigError(`the host of ${stack.name} is an emulated one that is not there: \`guestbench up\` makes it`);
  const shell = stack ? hostShell(stack) : thisMachine;
  const [facts, found] = [probeHost(shell), accelerator(shell)];
  if (stack === null || shell.prefix.length === 0) {
    const disk = statfsSync(existing(cacheDir()));
    const checks = hostChecks(facts, found, (disk.bavail * disk.bsize) / 2 ** 30);
    return reportOf(found, [...checks, ...(await toolchainChecks())]);
  }
  const freeGiB = freeOn(shell);
  const common = { facts, accelerator: found, freeGiB, declared: stack.host.declared };
  const missing = missingOnHost(shell, facts.architecture);
  const there = remoteChecks(shell.name, { ...common, missing, checks: hostChecks(facts, found, freeGiB) });
  const here = (await toolchainChecks()).map((check) => ({ ...check, where: thisMachine.name }));
  return reportOf(found, [...there, ...here]);
}

/** The public keys that a host shows and a stack can hold. */
export function hostKeys(address: string, port: number): ReturnType<typeof scanHostKeys> {
  const problem = sshSchema.shape.address.safeParse(address).error?.issues[0]?.message;
  if (problem !== undefined) throw new ConfigError(`${JSON.stringify(address)}: ${problem}`);
  return scanHostKeys(address, port).filter(({ key }) => sshSchema.shape.hostKey.safeParse(key).success);
}
