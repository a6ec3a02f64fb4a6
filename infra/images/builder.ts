/**
 * Builds an image unless it is there: one builder at a time, in a folder beside, renamed into place when complete.
 * build.sh runs in mount and process namespaces of its own that end with the builder, however it ends, so a killed
 * build leaves no mount and no process; its folder goes when the next build starts.
 */
import {
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { release } from "node:os";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { ConfigError, InfraError } from "../errors.ts";
import { packagesDir } from "../toolchain/paths.ts";
import { placeGiven } from "./given/place.ts";
import { hostArchitecture, type ImageRecipe, imageDir, type Manifest, manifestSchema } from "./image.ts";
import { lock, tryLock } from "./lock.ts";
import {
  artefacts,
  describeFile,
  FACTS_FILE,
  imageSizes,
  MANIFEST_FILE,
  parseFacts,
  readManifest,
} from "./manifest.ts";
import { ensureSshKeys } from "./ssh-keys.ts";

const TEMP_PREFIX = ".build-";

export interface BuildOptions {
  /** One line per step. */
  readonly onProgress?: (line: string) => void;
  /** Free space where the folder is; replaced in tests. */
  readonly freeMiB?: (dir: string) => number;
}

export async function buildImage(recipe: ImageRecipe, options: BuildOptions = {}): Promise<Manifest> {
  const progress = options.onProgress ?? (() => {});
  const architecture = recipe.target ?? hostArchitecture();
  if (!recipe.architectures.includes(architecture)) {
    throw new ConfigError(
      `the image ${recipe.name} is made for ${recipe.architectures.join(", ")}, not for ${architecture}`,
    );
  }
  const dir = imageDir(recipe);
  const there = readManifest(recipe, dir);
  if (there) return there;

  const held = await lock(`${dir}.lock`, () => progress(`waiting for another build of ${recipe.name}`));
  try {
    const meanwhile = readManifest(recipe, dir);
    if (meanwhile) return meanwhile;
    const cache = dirname(dir);
    await sweep(cache, dir);
    requireSpace(recipe, cache, (options.freeMiB ?? freeMiB)(cache));
    return await buildInto(recipe, dir, progress);
  } finally {
    await held.release();
  }
}

function freeMiB(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return Math.floor((bavail * bsize) / 2 ** 20);
}

export function requireSpace(recipe: ImageRecipe, dir: string, free: number): void {
  if (free >= recipe.needsDiskMiB) return;
  throw new ConfigError(
    `no disk space for the image ${recipe.name}: building takes ${recipe.needsDiskMiB} MiB in ${dir}, ${free} MiB are free; ` +
      "free some, or set GUESTBENCH_CACHE to a folder on a larger disk",
  );
}

/** Removes what builds that died left behind; one that lives holds its lock. */
export async function sweep(cache: string, ours: string): Promise<void> {
  for (const name of readdirSync(cache).filter((n) => n.startsWith(TEMP_PREFIX))) {
    const image = name.slice(TEMP_PREFIX.length);
    const dead = image === basename(ours) ? undefined : await tryLock(join(cache, `${image}.lock`));
    if (image === basename(ours) || dead) rmSync(join(cache, name), { recursive: true, force: true });
    await dead?.release();
  }
}

async function buildInto(recipe: ImageRecipe, dir: string, progress: (line: string) => void): Promise<Manifest> {
  const temp = join(dirname(dir), `${TEMP_PREFIX}${basename(dir)}`);
  const out = join(temp, "out");
  const work = join(temp, "work");
  for (const folder of [out, work]) mkdirSync(folder, { recursive: true });
  const started = Date.now();
  try {
    if (recipe.given) placeGiven(recipe, recipe.given, out);
    else await runRecipe(recipe, out, work, progress);
    const files = [];
    for (const path of artefacts(recipe, out)) files.push(await describeFile(out, path));
    const manifest = manifestSchema.parse({
      name: recipe.name,
      key: basename(dir).slice(recipe.name.length + 1),
      architecture: recipe.target ?? hostArchitecture(),
      dir,
      files,
      sizeBytes: imageSizes(recipe, files),
      ...parseFacts(readFileSync(join(out, FACTS_FILE), "utf8")),
      system: `${systemName()}, kernel ${release()}`,
      builtAt: new Date(started).toISOString(),
      buildSeconds: Math.round((Date.now() - started) / 100) / 10,
    });
    writeFileSync(join(out, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    rmSync(dir, { recursive: true, force: true });
    renameSync(out, dir);
    return manifest;
  } catch (error) {
    keepLog(out, `${dir}.failed.log`);
    throw error;
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

async function runRecipe(
  recipe: ImageRecipe,
  out: string,
  work: string,
  progress: (line: string) => void,
): Promise<void> {
  const keys = ensureSshKeys();
  const log = createWriteStream(join(out, "build.log"));
  const parameters = Object.entries(recipe.parameters).map(([name, value]) => [`GB_PARAM_${name}`, String(value)]);
  // If the builder dies, setpriv's signal ends unshare, unshare's ends the namespace's first process, and with it all.
  const contained = ["--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private", "--pid", "--fork"];
  const child = execa("setpriv", [...contained, "--kill-child", "--mount-proc", join(recipe.recipeDir, "build.sh")], {
    all: true,
    buffer: false,
    stdin: "ignore",
    reject: false,
    env: {
      GB_OUT: out,
      GB_WORK: work,
      GB_ARCH: recipe.target ?? hostArchitecture(),
      GB_PACKAGES: packagesDir(),
      GB_SSH: dirname(keys.identityFile),
      GB_STEPS: String(recipe.steps),
      TMPDIR: work,
      ...Object.fromEntries(parameters),
    },
  });
  let last = "";
  for await (const line of child.iterable({ from: "all" })) {
    log.write(`${line}\n`);
    if (line.trim() !== "") last = line.trim();
    if (/^\[\d+\/\d+\] /.test(line)) progress(line);
  }
  const result = await child;
  await new Promise<void>((resolve) => log.end(resolve));
  if (result.failed) {
    throw new InfraError(
      `the image ${recipe.name} was not built: ${last} (the whole log: ${imageDir(recipe)}.failed.log)`,
    );
  }
}

function keepLog(out: string, file: string): void {
  try {
    renameSync(join(out, "build.log"), file);
  } catch {
    // The build failed before it logged anything: its error says all there is.
  }
}

function systemName(): string {
  const text = readFileSync("/etc/os-release", "utf8");
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? "unknown";
}
