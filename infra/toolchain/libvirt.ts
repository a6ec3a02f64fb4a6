/** The Terraform provider for libvirt: its places, and the generated SDK that programs import. */
import { existsSync, readFileSync } from "node:fs";
import { copyFile, cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { InfraError } from "../errors.ts";
import { contentKey, workDir } from "./cache.ts";
import { cached, type Place, placesOf } from "./obtain.ts";
import { cli, goArch, libvirtProvider, libvirtSource } from "./parts.ts";
import { projectDir, pulumiHomeDir } from "./paths.ts";
import type { Report } from "./progress.ts";
import { reachable } from "./release.ts";

/** The usual places, but the official release is fetched by the bridge, which checks the registry's signature. */
export function libvirtPlaces(): Place[] {
  return placesOf(libvirtProvider).map((place) =>
    place.origin === "official release" ? { origin: place.origin, take: takeFromRegistry } : place,
  );
}

export async function canAskRegistry(): Promise<boolean> {
  if (process.env.GUESTBENCH_FROM_SOURCE === "1") return false;
  const hosts = [`https://${libvirtSource().url.split("/")[0]}`, "https://github.com"];
  return (await Promise.all(hosts.map(reachable))).every(Boolean);
}

async function takeFromRegistry(dir: string, report: Report): Promise<string | undefined> {
  const pulumi = await cached(cli);
  if (!pulumi || !(await canAskRegistry())) return undefined;
  const { url, version } = libvirtSource();
  report({ message: `downloading ${url} ${version}` });
  const download = join(dir, "download");
  await mkdir(download);
  const env = {
    PULUMI_HOME: pulumiHomeDir(),
    PULUMI_DYNAMIC_TF_PLUGIN_CACHE_DIR: download,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const args = ["package", "get-schema", "terraform-provider", url, version];
  await execa(pulumi.program, args, { env, timeout: 180_000, stdin: "ignore", maxBuffer: 100_000_000 });
  const folder = join(download, url, version, `linux_${goArch}`);
  const name = (await readdir(folder)).find((file) => file.startsWith(libvirtProvider.program));
  if (!name) throw new InfraError(`${folder} has no ${libvirtProvider.program} after the download`);
  await copyFile(join(folder, name), join(dir, libvirtProvider.program));
  await rm(download, { recursive: true });
  return `${url} ${version}`;
}

const keyFile = "source.key";

async function sdkKey(project: string): Promise<string> {
  const sdk = join(project, "sdks/libvirt");
  const sources = (await readdir(sdk)).filter((name) => name !== "bin" && name !== "node_modules").sort();
  const compiler = readFileSync(join(project, "node_modules/typescript/package.json"), "utf8");
  return contentKey(
    [JSON.parse(compiler).version],
    sources.map((name) => join(sdk, name)),
  );
}

export async function isSdkCompiled(project: string = projectDir()): Promise<boolean> {
  const file = join(project, "sdks/libvirt/bin", keyFile);
  return existsSync(file) && readFileSync(file, "utf8") === (await sdkKey(project));
}

/** Compiles `sdks/libvirt` with the project's own TypeScript: Node strips no types below node_modules, nor namespaces. */
export async function compileSdk(report: Report, project: string = projectDir()): Promise<void> {
  if (await isSdkCompiled(project)) return;
  report({ message: "compiling sdks/libvirt" });
  const sdk = join(project, "sdks/libvirt");
  const out = await workDir("sdk");
  const tsc = join(project, "node_modules/typescript/bin/tsc");
  const result = await execa(process.execPath, [tsc, "-p", sdk, "--outDir", out], { reject: false, all: true });
  if (result.failed) throw new InfraError(`sdks/libvirt does not compile:\n${result.all}`, { cause: result });
  await copyFile(join(sdk, "package.json"), join(out, "package.json"));
  await writeFile(join(out, keyFile), await sdkKey(project));
  const [bin, fresh] = [join(sdk, "bin"), join(sdk, `bin.${process.pid}`)];
  await cp(out, fresh, { recursive: true }); // the cache may lie on another file system
  await rm(out, { recursive: true });
  await rm(bin, { recursive: true, force: true });
  await rename(fresh, bin);
}
