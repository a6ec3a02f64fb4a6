/** Debian packages that a host needs for its guests, as far as it lacks them. Installing them is its owner's decision. */
import { type DebianPackage, installedNames, wantedPackages } from "../toolchain/debian.ts";
import type { HostFacts } from "./probe.ts";
import type { HostShell } from "./shell.ts";

/** Prints dpkg's status as its own file has it, in short; nothing where the host is no Debian. */
const LIST = `
command -v dpkg-query >/dev/null || exit 0
dpkg-query -W -f 'Package: \${Package}\\nStatus: \${Status}\\nProvides: \${Provides}\\n\\n'`;

const nodeNames: Readonly<Record<HostFacts["architecture"], string>> = { x86_64: "x64", arm64: "arm64" };

/** Packages that the host lacks; null where it has no dpkg that could say. */
export function missingOnHost(host: HostShell, architecture: HostFacts["architecture"]): DebianPackage[] | null {
  const wanted = wantedPackages(["host"], nodeNames[architecture]);
  const status = host.sh(LIST);
  if (status.trim() === "") return null;
  const installed = installedNames(status);
  return wanted.filter(({ name }) => !installed.has(name));
}

export function aptGetLine(packages: readonly DebianPackage[]): string {
  return `apt-get install --no-install-recommends ${packages.map(({ name }) => name).join(" ")}`;
}
