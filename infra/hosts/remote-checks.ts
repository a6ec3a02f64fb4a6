/** What `guestbench doctor --stack` finds on a host reached over ssh, besides what it looks for on any machine. */
import type { DoctorCheck } from "../doctor.ts";
import type { DebianPackage } from "../toolchain/debian.ts";
import type { Accelerator } from "./accelerator.ts";
import type { DeclaredHost } from "./declared.ts";
import { aptGetLine } from "./packages.ts";
import type { HostFacts } from "./probe.ts";
import type { HostShell } from "./shell.ts";

/** Copies of the images, and what the daemons keep of them. */
const NEEDED_GIB = 5;

/** Linux counts less memory than is built in: its own share, and the firmware's. */
const LEAST_SHARE = 0.85;

/** GiB that are free where the host's copies of the images go. */
export function freeOn(host: HostShell): number {
  return Number(host.sh("df -Pk /var/lib | awk 'NR == 2 { print $4 }'")) / 2 ** 20;
}

export interface Findings {
  /** What any machine is asked. */
  checks: DoctorCheck[];
  facts: HostFacts;
  accelerator: Accelerator;
  freeGiB: number;
  /** null: the host has no dpkg. */
  missing: DebianPackage[] | null;
  declared: DeclaredHost | undefined;
}

/** Pure: the same checks with what to do about them on that host, and those that only it needs. */
export function remoteChecks(name: string, findings: Findings): DoctorCheck[] {
  const { checks, freeGiB, missing, declared } = findings;
  const install = packagesCheck(missing);
  const remedies: Record<string, string | null> = {
    root: "set host.access.user to root",
    docker: install.remedy,
    libvirt: install.remedy,
    qemu: install.remedy,
  };
  const own = checks
    .filter(({ id }) => id !== "disk")
    .map((found) => ({ ...found, remedy: found.status === "ok" ? null : (remedies[found.id] ?? found.remedy) }));
  const enough = freeGiB >= NEEDED_GIB;
  const disk: DoctorCheck = {
    id: "disk",
    title: "Disk",
    status: enough ? "ok" : "warn",
    detail: `${freeGiB.toFixed(0)} GiB free in /var/lib for copies of the images`,
    remedy: enough ? null : `free ${NEEDED_GIB} GiB`,
  };
  const compared = declared ? [declaredCheck(declared, findings)] : [];
  return [...own, disk, install, ...compared].map((found) => ({ ...found, where: name }));
}

function packagesCheck(missing: DebianPackage[] | null): DoctorCheck {
  const common = { id: "host-packages", title: "Debian packages" };
  if (missing === null)
    return {
      ...common,
      status: "missing",
      detail: "the host has no dpkg",
      remedy: "use a host with Debian 12 or Ubuntu",
    };
  if (missing.length === 0) return { ...common, status: "ok", detail: "nothing is missing", remedy: null };
  const detail = `missing: ${missing.map(({ name, why }) => `${name} (${why})`).join(", ")}`;
  return { ...common, status: "missing", detail, remedy: `there: ${aptGetLine(missing)}` };
}

/** A result from another machine is no result of the testbed that the stack declares. */
function declaredCheck(declared: DeclaredHost, { facts, accelerator }: Findings): DoctorCheck {
  const named = declared.cpuModel !== undefined;
  const differs = [
    declared.architecture !== facts.architecture && `${facts.architecture} instead of ${declared.architecture}`,
    (facts.cpus < declared.cpus || (named && facts.cpus > declared.cpus)) &&
      `${facts.cpus} CPUs instead of ${declared.cpus}`,
    (facts.memoryMiB < declared.memoryMiB * LEAST_SHARE || (named && facts.memoryMiB > declared.memoryMiB)) &&
      `${facts.memoryMiB} MiB instead of ${declared.memoryMiB} MiB`,
    declared.accelerator === "kvm" && accelerator.name !== "kvm" && `no KVM that boots a guest`,
    declared.accelerator === "xen" && facts.virtualized !== "xen" && `not under Xen`,
  ].filter((text) => text !== false);
  return {
    id: "declared",
    title: "As declared",
    status: differs.length === 0 ? "ok" : "warn",
    detail: differs.length === 0 ? "architecture, CPUs, memory and accelerator are" : differs.join(", "),
    remedy: differs.length === 0 ? null : "declare this host in a stack of its own: its results are not the study's",
  };
}
