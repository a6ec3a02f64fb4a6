/** What the toolchain consists of on this machine, for `guestbench doctor`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { missingPackages, type PackageGroup, wantedPackages } from "./debian.ts";
import { isSdkCompiled } from "./libvirt.ts";
import { cached } from "./obtain.ts";
import { cli, parts } from "./parts.ts";
import { cacheDir } from "./paths.ts";
import { isProjectReady } from "./project.ts";
import { binDir, isLinked, languageHostOrigin, languageHostProgram } from "./pulumi-home.ts";
import { versions } from "./versions.ts";

interface PartStatus {
  id: string;
  title: string;
  ok: boolean;
  version: string | undefined;
  /** "PATH", "plugin cache", "official release", "built from source", or where else it came from. */
  origin: string | undefined;
  /** Where it lies, or what is missing and what to do about it. */
  detail: string;
}

const fix = "run `npm run setup`";

export async function toolchainStatus(groups: readonly PackageGroup[] = ["base"]): Promise<PartStatus[]> {
  const node: PartStatus = {
    id: "node",
    title: "Node",
    ok: true,
    version: process.versions.node,
    origin: process.execPath.startsWith(cacheDir()) ? "npm package" : "PATH",
    detail: process.execPath,
  };
  return [node, debian(groups), ...(await programs()), await languageHost(), ...(await ofProject())];
}

function debian(groups: readonly PackageGroup[]): PartStatus {
  const missing = missingPackages(groups).map(({ name }) => name);
  return {
    id: "debian-packages",
    title: "Debian packages",
    ok: missing.length === 0,
    version: undefined,
    origin: "apt",
    detail: missing.length > 0 ? `missing: ${missing.join(" ")}; ${fix}` : `${wantedPackages(groups).length} installed`,
  };
}

async function programs(): Promise<PartStatus[]> {
  const list: PartStatus[] = [];
  for (const part of parts) {
    const obtained = await cached(part);
    const ok = obtained !== undefined && (part === cli || isLinked(part, obtained));
    list.push({
      id: part.id,
      title: part.title,
      ok,
      version: part.version,
      origin: obtained?.record.origin,
      detail: ok ? obtained.program : `not installed; ${fix}`,
    });
  }
  return list;
}

async function languageHost(): Promise<PartStatus> {
  const bin = await binDir();
  const ok = bin !== undefined && existsSync(join(bin, languageHostProgram));
  return {
    id: "language-host",
    title: "Pulumi's Node language host",
    ok,
    version: versions.pulumi,
    origin: ok ? languageHostOrigin(bin) : undefined,
    detail: ok ? join(bin, languageHostProgram) : `not installed; ${fix}`,
  };
}

async function ofProject(): Promise<PartStatus[]> {
  const [sdk, project] = [await isSdkCompiled(), await isProjectReady()];
  const origin = "this clone";
  return [
    {
      id: "libvirt-sdk",
      title: "SDK of the libvirt provider",
      ok: sdk,
      version: versions.libvirt,
      origin,
      detail: sdk ? "sdks/libvirt/bin" : `not compiled; ${fix}`,
    },
    {
      id: "project",
      title: "This clone",
      ok: project,
      version: undefined,
      origin,
      detail: project ? "ready" : `not set up; ${fix}`,
    },
  ];
}
