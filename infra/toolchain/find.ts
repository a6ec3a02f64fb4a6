/** Programs that are on the machine already, at exactly the pinned version. */
import { closeSync, existsSync, openSync, readSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve, sep } from "node:path";
import { execa } from "execa";
import { goArch, libvirtProvider, libvirtSource, type Part } from "./parts.ts";
import { cacheDir, pulumiHomeDir } from "./paths.ts";

/** `v3.259.0` and `3.259.0` are the same; `3.259.0-dev` is not. */
export function sameVersion(printed: string, wanted: string): boolean {
  return printed.trim().replace(/^v/, "") === wanted;
}

/** A program file, not a script: wrappers (also this tool's own) cannot be copied elsewhere. */
function isBinary(file: string): boolean {
  const head = Buffer.alloc(4);
  try {
    const descriptor = openSync(file, "r");
    readSync(descriptor, head, 0, 4, 0);
    closeSync(descriptor);
  } catch {
    return false;
  }
  return head.toString("latin1") === "\x7fELF";
}

/** Binaries of this name on PATH and in Pulumi's own bin folder, this tool's cache left out. */
export function candidates(program: string, env: NodeJS.ProcessEnv = process.env): string[] {
  const folders = [...(env.PATH ?? "").split(delimiter).filter(Boolean), join(userPulumiHome(env), "bin")];
  const found = folders
    .map((folder) => join(folder, program))
    .filter((file) => existsSync(file))
    .map((file) => realpathSync(file))
    .filter((file) => !file.startsWith(cacheDir(env) + sep) && isBinary(file));
  return [...new Set(found)];
}

export async function findOnPath(part: Part): Promise<string | undefined> {
  if (part.id === libvirtProvider.id) return undefined; // Terraform providers are not looked for on PATH
  for (const file of candidates(part.program)) {
    if (sameVersion(await printedVersion(part, file), part.version)) return file;
  }
  return undefined;
}

async function printedVersion(part: Part, file: string): Promise<string> {
  const options = { reject: false, timeout: 10_000, stdin: "ignore" } as const;
  if (!part.plugin) return (await execa(file, ["version"], options)).stdout ?? "";
  const direct = await execa(file, ["--version"], options);
  if (!direct.failed) return direct.stdout;
  // plugins on pulumi-go-provider have no such flag, but every plugin's schema names its version
  const [pulumi] = candidates("pulumi");
  if (!pulumi) return "";
  const schema = await execa(pulumi, ["package", "get-schema", file], { ...options, maxBuffer: 100_000_000 });
  return /"version": "([^"]+)"/.exec(schema.stdout ?? "")?.[1] ?? "";
}

/** The user's own PULUMI_HOME. */
function userPulumiHome(env: NodeJS.ProcessEnv = process.env): string {
  return env.PULUMI_HOME ? resolve(env.PULUMI_HOME) : join(env.HOME || homedir(), ".pulumi");
}

export async function findInPluginCache(part: Part, env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const home = userPulumiHome(env);
  if (home === pulumiHomeDir(env)) return undefined;
  if (part.plugin) return existing(join(home, "plugins", `resource-${part.plugin}-v${part.version}`, part.program));
  if (part.id !== libvirtProvider.id) return undefined;
  const cache = env.PULUMI_DYNAMIC_TF_PLUGIN_CACHE_DIR || join(home, "dynamic_tf_plugins");
  const folder = join(cache, libvirtSource().url, part.version, `linux_${goArch}`);
  return existing(join(folder, part.program)) ?? existing(join(folder, `${part.program}_v${part.version}`));
}

const existing = (file: string) => (existsSync(file) && isBinary(file) ? file : undefined);
