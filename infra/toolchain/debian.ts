/** The Debian packages of `debian-packages.txt`: which are missing, and their installation by apt. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { ConfigError, InfraError } from "../errors.ts";
import type { Report } from "./progress.ts";

/** `host` is the part of `base` that a host needs which is not this machine. */
export type PackageGroup = "base" | "host" | "test";

export interface DebianPackage {
  name: string;
  group: PackageGroup;
  why: string;
}

/** The packages for this architecture. */
export function parsePackages(text: string, arch: string = process.arch): DebianPackage[] {
  const packages: DebianPackage[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.trim() || line.startsWith("#")) continue;
    const fields = /^([a-z0-9.+-]+)(?:@(\w+))?\s+(base|host|test)\s+# (.+)$/.exec(line);
    if (!fields)
      throw new ConfigError(`debian-packages.txt line ${index + 1} is not \`name[@arch] group  # why\`: ${line}`);
    const [, name = "", only, group, why = ""] = fields;
    if (!only || only === arch) packages.push({ name, group: group as PackageGroup, why });
  }
  return packages;
}

export function wantedPackages(groups: readonly PackageGroup[], arch: string = process.arch): DebianPackage[] {
  const all = parsePackages(readFileSync(join(import.meta.dirname, "debian-packages.txt"), "utf8"), arch);
  const whole: readonly PackageGroup[] = groups.includes("base") ? [...groups, "host"] : groups;
  return all.filter((wanted) => whole.includes(wanted.group));
}

/** Package names that dpkg's status file says are installed, also those that other packages provide. */
export function installedNames(status: string): Set<string> {
  const installed = new Set<string>();
  for (const entry of status.split("\n\n")) {
    if (!/^Status: \S+ \S+ installed$/m.test(entry)) continue;
    const name = /^Package: (.+)$/m.exec(entry)?.[1];
    if (name) installed.add(name);
    for (const provided of /^Provides: (.+)$/m.exec(entry)?.[1]?.split(",") ?? []) {
      const providedName = provided.trim().split(/[\s:]/)[0];
      if (providedName) installed.add(providedName);
    }
  }
  return installed;
}

export function missingPackages(groups: readonly PackageGroup[]): DebianPackage[] {
  const wanted = wantedPackages(groups);
  const status = "/var/lib/dpkg/status";
  if (!existsSync(status)) return wanted;
  const installed = installedNames(readFileSync(status, "utf8"));
  return wanted.filter(({ name }) => !installed.has(name));
}

const aptOptions = ["-o", "DPkg::Lock::Timeout=600", "-o", "Acquire::Retries=3", "-q", "-y"];

/** Installs what is missing; waits up to ten minutes for another package manager. */
export async function installPackages(groups: readonly PackageGroup[], report: Report): Promise<void> {
  const missing = missingPackages(groups).map(({ name }) => name);
  if (missing.length === 0) return;
  const root = process.getuid?.() === 0;
  const prefix = root ? ["env"] : ["sudo", "-n", "env"];
  if (!root && (await execa("sudo", ["-n", "true"], { reject: false })).failed) {
    throw new ConfigError(
      `root rights are needed to install Debian packages: run as root, or with sudo that asks for no password, or install ` +
        `them yourself: sudo apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
  }
  if (!existsSync("/usr/bin/apt-get")) {
    throw new ConfigError(`this is not a Debian or Ubuntu machine (no apt-get). It needs: ${missing.join(" ")}`);
  }
  const apt = async (args: string[]) => {
    const argv = [...prefix, "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", ...aptOptions, ...args];
    const child = execa(argv[0] as string, argv.slice(1), { reject: false, all: true, stdin: "ignore" });
    createInterface({ input: child.all }).on("line", (line) => {
      if (/^(Get|Unpacking|Setting up|Waiting)/.test(line)) report({ message: line.slice(0, 80) });
    });
    return child;
  };
  const install = ["install", "--no-install-recommends", ...missing];
  let result = await apt(install);
  if (result.failed) {
    report({ message: "updating the package lists" });
    await apt(["update"]);
    result = await apt(install);
  }
  if (result.failed) {
    const tail = (result.all ?? "").split("\n").slice(-15).join("\n");
    throw new InfraError(`apt-get could not install ${missing.join(" ")}:\n${tail}`, { cause: result });
  }
}
