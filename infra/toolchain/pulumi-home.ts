/** Puts obtained parts where Pulumi looks for them: PULUMI_HOME's plugins, the bridge's Terraform cache, and a bin folder. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { chmod, copyFile, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { contentKey, installWhole } from "./cache.ts";
import { cached, type Obtained } from "./obtain.ts";
import { cli, goArch, libvirtProvider, libvirtSource, type Part } from "./parts.ts";
import { pulumiHomeDir, toolchainDir } from "./paths.ts";

export const languageHostProgram = "pulumi-language-nodejs";

/** Where Pulumi (or its bridge) finds a plugin, by exact version. */
function pluginPath(part: Part): string {
  if (part.plugin) {
    return join(pulumiHomeDir(), "plugins", `resource-${part.plugin}-v${part.version}`, part.program);
  }
  const { url, version } = libvirtSource();
  return join(pulumiHomeDir(), "dynamic_tf_plugins", url, version, `linux_${goArch}`, libvirtProvider.program);
}

/** Whether the file at the plugin's path is the one in the tool cache (the same inode). */
export function isLinked(part: Part, obtained: Obtained): boolean {
  const path = pluginPath(part);
  return existsSync(path) && statSync(path).ino === statSync(obtained.program).ino;
}

/** Hard links: no second copy of 100 MB, and no symlink, which the bridge refuses. */
export async function linkPlugin(part: Part, obtained: Obtained): Promise<void> {
  if (isLinked(part, obtained)) return;
  const path = pluginPath(part);
  await mkdir(dirname(path), { recursive: true });
  await linkFile(obtained.program, path);
}

async function linkFile(from: string, to: string): Promise<void> {
  const fresh = `${to}.${process.pid}`;
  await link(from, fresh).catch(() => copyFile(from, fresh));
  await chmod(fresh, 0o755);
  await rename(fresh, to);
  await rm(fresh, { force: true }); // rename of two links to one file leaves both
}

const hostSource = () => join(import.meta.dirname, "language-host.mjs");

/** Folder with `pulumi` and, beside it, the language host that runs with this Node. */
export async function binDir(): Promise<string | undefined> {
  const obtained = await cached(cli);
  if (!obtained) return undefined;
  if (existsSync(join(obtained.dir, languageHostProgram))) return obtained.dir; // the official one came with it
  const key = await contentKey([obtained.dir, process.execPath], [hostSource()]);
  return join(toolchainDir(), `bin-${cli.version}-${key}`, "bin");
}

/** Our own language host beside a CLI that came without one. */
export async function installLanguageHost(): Promise<void> {
  const obtained = await cached(cli);
  const bin = await binDir();
  if (!obtained || !bin || bin === obtained.dir) return;
  await installWhole(dirname(bin), "bin", async (dir) => {
    await mkdir(join(dir, "bin"));
    await linkFile(obtained.program, join(dir, "bin", cli.program));
    await copyFile(hostSource(), join(dir, "bin", "language-host.mjs"));
    await writeFile(join(dir, "bin", languageHostProgram), hostWrapper(dirname(bin)), { mode: 0o755 });
  });
}

/** Node by absolute path: whatever Node is on PATH, programs run on the pinned one. */
function hostWrapper(dir: string): string {
  return [
    "#!/bin/sh",
    `export NODE_COMPILE_CACHE="\${NODE_COMPILE_CACHE:-${join(dir, "compile-cache")}}"`,
    `exec '${process.execPath}' --disable-warning=ExperimentalWarning '${join(dir, "bin", "language-host.mjs")}' "$@"`,
    "",
  ].join("\n");
}

/** Whether the language host is the official one or ours. */
export function languageHostOrigin(bin: string): string {
  const host = join(bin, languageHostProgram);
  const head = readFileSync(host).subarray(0, 2).toString("latin1");
  return head === "#!" ? "made from the npm SDK" : "came with the CLI";
}
