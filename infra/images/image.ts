/**
 * An image is what runs in a guest: a recipe of files and parameters that makes artefacts, kept in the per-user
 * cache under a key of everything that goes in. Computing keys and folders is cheap (every preview does it);
 * building is `node infra/images/build.ts NAME`.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { imagesCacheDir } from "../toolchain/paths.ts";
import { ensureSshKeys, sshKeyTexts } from "./ssh-keys.ts";

/** Debian's names for what this machine may be. */
export const architectureSchema = z.enum(["amd64", "arm64"]);
export type Architecture = z.infer<typeof architectureSchema>;

/** Raised when the builder's contract or the manifest's form changes, so that older images are not taken for new ones. */
const FORMAT = 1;

/** What a guest made of the image offers: `fork` and `exec` are asked for by workloads, `shell` by access. */
export type ImageCapability =
  | "fork"
  | "exec"
  | "threads"
  | "shell"
  | "application:http"
  | "application:mysql"
  | "bare-metal"
  | "container"
  | "vm";

/** What a guest's image is told of its place on the network. */
export interface Wiring {
  address: string;
  netmask: string;
  prefix: number;
  gateway: string;
  /** The kernel's name of the console that is written to the guest's file. */
  console: string;
}

/** `ip=` of Linux's command line: address, gateway, netmask, interface, no autoconfiguration. */
export function ipArgument({ address, gateway, netmask }: Pick<Wiring, "address" | "gateway" | "netmask">): string {
  return `ip=${address}::${gateway}:${netmask}::eth0:off`;
}

/** How an image is told where it is and what to run. */
export interface BootText {
  cmdline: string;
  /** Arguments that a multiboot kernel finds with its module. */
  initrdArguments?: string;
}

/** Roles of files that a user can give. */
export type GivenFiles = Pick<ImageFiles, "kernel" | "initrd" | "disk">;

interface Given {
  /** What the stack says of it, as plain data. */
  readonly fields: { type: string; version: string };
  readonly files: readonly { role: keyof GivenFiles; sha256: string }[];
  /** Capabilities of this very artefact. */
  readonly offers: readonly string[];
}

export interface ImageRecipe {
  readonly name: string;
  readonly description: string;
  /** The folder beside the recipe with `build.sh` and everything it reads. */
  readonly recipeDir: string;
  /** Handed to `build.sh` as `GB_PARAM_<NAME>`. */
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly architectures: readonly Architecture[];
  /** A machine of any of the architectures builds it for any other: nothing of the image runs while it is built. */
  readonly cross?: boolean;
  /** What the image runs on where that is not this machine's architecture, as an emulated host's may be. */
  readonly target?: Architecture;
  /** Artefacts by role; paths relative to the image's folder. */
  readonly files: ImageFiles;
  /** Artefacts whose apparent bytes are the image's size, for each way of running it. */
  readonly sizeFiles: Readonly<Partial<Record<"vm" | "container" | "bare-metal", readonly string[]>>>;
  /** Kernel command line of a virtual machine, without console and address. */
  readonly kernelArguments: readonly string[];
  /** How a command reaches a running guest as root. */
  readonly access: readonly ("ssh" | "exec")[];
  /** Workload tools in it. */
  readonly tools: readonly string[];
  /** Tools that packages outside the free sections bring, where a stack allows them. */
  readonly nonFreeTools?: readonly string[];
  readonly capabilities: readonly ImageCapability[];
  /** Number of `step` lines that build.sh prints. */
  readonly steps: number;
  /** Free space a build must find, its temporary files included. */
  readonly needsDiskMiB: number;
  /** For images that the user gives. */
  readonly given?: Given;
  /** Renders the kernel's command line; default: that of Linux, with `ip=`. */
  readonly boot?: (wiring: Wiring) => BootText;
  /** What alone can start it, as it is not told its address by Linux's command line; default: anything. */
  readonly monitor?: "qemu";
  /** QEMU machine type whose devices it has drivers for; default: any. */
  readonly machine?: "pc";
  /** Whether it powers off when it is asked to; default: yes. */
  readonly powersOff?: boolean;
}

/** Roles that a driver asks for; a driver that finds its role missing cannot run the image. */
export interface ImageFiles {
  readonly kernel?: string;
  readonly initrd?: string;
  /** Raw disk image; never written to: guests use an overlay. */
  readonly disk?: string;
  /** Build context of a container image. */
  readonly containerContext?: string;
  /** Root file system as a folder. */
  readonly tree?: string;
}

const manifestFileSchema = z.strictObject({
  path: z.string().describe("relative to the image's folder"),
  bytes: z.int().nonnegative().describe("apparent size; of a folder, the sum of its files"),
  allocatedBytes: z.int().nonnegative().describe("what it takes on disk; less than bytes where sparse"),
  sha256: z.string().length(64).nullable().describe("null for a folder"),
});
export type ManifestFile = z.infer<typeof manifestFileSchema>;

export const manifestSchema = z.strictObject({
  name: z.string(),
  key: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe("of everything that went in"),
  architecture: architectureSchema,
  dir: z.string().describe("absolute folder of the artefacts"),
  files: z.array(manifestFileSchema),
  sizeBytes: z.record(z.string(), z.int().positive()).describe("image size per way of running it: apparent bytes"),
  content: z
    .record(z.string(), z.string().length(64))
    .default({})
    .describe("artefact → hash of what it holds but the guests' keys and times, where its bytes hold either"),
  kernelRelease: z.string().describe("what uname -r prints in a virtual machine"),
  kernelPackageVersion: z.string(),
  packages: z.record(z.string(), z.string()).describe("version by package"),
  tools: z.record(z.string(), z.string()).describe("version by build tool"),
  system: z.string().describe("distribution that the packages are from"),
  builtAt: z.iso.datetime(),
  buildSeconds: z.number().nonnegative(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export function defineImage(recipe: ImageRecipe): ImageRecipe {
  return recipe;
}

/** The recipe with packages outside the free sections; the same where it has no use for any. */
export function withNonFree(recipe: ImageRecipe): ImageRecipe {
  const { parameters, tools, nonFreeTools } = recipe;
  if (!nonFreeTools) return recipe;
  return { ...recipe, parameters: { ...parameters, NON_FREE: 1 }, tools: [...tools, ...nonFreeTools].sort() };
}

/** Debian's name of this machine's architecture. */
export function hostArchitecture(arch: string = process.arch): Architecture {
  if (arch === "x64") return "amd64";
  if (arch === "arm64") return "arm64";
  throw new ConfigError(`images can be built on amd64 and arm64 machines, not on ${arch}`);
}

/** The recipe for a host of that architecture, where this machine's own would not run there; throws a ConfigError. */
export function recipeFor(recipe: ImageRecipe, architecture: Architecture, builder = hostArchitecture()): ImageRecipe {
  if (madeFor(recipe, architecture, builder) === architecture) {
    return architecture === builder ? recipe : { ...recipe, target: architecture };
  }
  throw new ConfigError(`the image ${recipe.name} is not built for ${architecture} on a machine of ${builder}`);
}

/** What such a machine builds the image for, where a host of the wanted architecture is to run it. */
export function madeFor(recipe: ImageRecipe, wanted: Architecture, builder: Architecture): Architecture {
  return recipe.target ?? (recipe.cross && recipe.architectures.includes(wanted) ? wanted : builder);
}

/** Every file below a folder, sorted, relative to it. Editors' left-overs do not count. */
function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(~|\.swp|\.orig|\.rej)$/.test(entry.name))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
}

/** First 16 hex digits of a SHA-256 over the recipe, the builder's library, the architecture and the baked-in keys. */
export function imageKey(recipe: ImageRecipe, options: KeyOptions = {}): string {
  const hash = createHash("sha256");
  const architecture = options.architecture ?? recipe.target ?? hostArchitecture();
  const facts = {
    format: FORMAT,
    name: recipe.name,
    architecture,
    parameters: Object.entries(recipe.parameters).sort(),
  };
  hash.update(JSON.stringify(facts));
  if (recipe.given) return hash.update(JSON.stringify(recipe.given)).digest("hex").slice(0, 16);
  for (const dir of [recipe.recipeDir, join(import.meta.dirname, "lib")]) {
    for (const file of filesBelow(dir)) {
      const path = join(dir, file);
      const executable = (statSync(path).mode & 0o100) !== 0;
      hash.update(`\0${file}\0${executable ? "x" : "-"}\0`).update(readFileSync(path));
    }
  }
  for (const text of options.sshKeys ?? sshKeyTexts(ensureSshKeys())) hash.update(`\0${text}`);
  return hash.digest("hex").slice(0, 16);
}

export interface KeyOptions {
  readonly architecture?: Architecture;
  /** Texts of the public keys baked into the image; those of this user's cache by default. */
  readonly sshKeys?: readonly string[];
}

/** Where the image's artefacts are, or will be: `<cache>/images/<name>-<key>`. */
export function imageDir(recipe: ImageRecipe, options: KeyOptions = {}): string {
  return join(imagesCacheDir(), `${recipe.name}-${imageKey(recipe, options)}`);
}
