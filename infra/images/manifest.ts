/** The manifest of an image: written once by the builder, from the artefacts and the facts that build.sh noted. */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ParseError } from "../errors.ts";
import { sha256Of } from "../toolchain/cache.ts";
import { type ImageRecipe, imageDir, type Manifest, type ManifestFile, manifestSchema } from "./image.ts";

export const MANIFEST_FILE = "manifest.json";
/** Lines of build.sh: `kernel RELEASE VERSION`, `package NAME VERSION`, `tool NAME VERSION`, `content FILE HASH`, tab-separated. */
export const FACTS_FILE = "facts.tsv";

export interface Facts {
  kernelRelease: string;
  kernelPackageVersion: string;
  packages: Record<string, string>;
  tools: Record<string, string>;
  content: Record<string, string>;
}

export function parseFacts(text: string): Facts {
  const facts: Facts = { kernelRelease: "", kernelPackageVersion: "", packages: {}, tools: {}, content: {} };
  for (const line of text.split("\n").filter((l) => l !== "")) {
    const [kind, name, version, ...rest] = line.split("\t");
    if (!name || !version || rest.length > 0) throw new ParseError(`${FACTS_FILE}: not understood: ${line}`);
    if (kind === "kernel") Object.assign(facts, { kernelRelease: name, kernelPackageVersion: version });
    else if (kind === "package") facts.packages[name] = version;
    else if (kind === "tool") facts.tools[name] = version;
    else if (kind === "content") facts.content[name] = version;
    else throw new ParseError(`${FACTS_FILE}: unknown kind of fact: ${line}`);
  }
  return facts;
}

/** Apparent and allocated bytes of a file, or of everything below a folder; a hard link counts once. */
function measure(path: string): { bytes: number; allocatedBytes: number } {
  const seen = new Set<number>();
  const total = { bytes: 0, allocatedBytes: 0 };
  const visit = (entry: string): void => {
    const stat = lstatSync(entry);
    if (stat.isDirectory()) for (const name of readdirSync(entry)) visit(join(entry, name));
    if (!stat.isFile() || seen.has(stat.ino)) return;
    if (stat.nlink > 1) seen.add(stat.ino);
    total.bytes += stat.size;
    total.allocatedBytes += stat.blocks * 512;
  };
  visit(path);
  return total;
}

export async function describeFile(dir: string, path: string): Promise<ManifestFile> {
  const absolute = join(dir, path);
  const isFolder = lstatSync(absolute).isDirectory();
  return { path, ...measure(absolute), sha256: isFolder ? null : await sha256Of(absolute) };
}

/** Image size per way of running it: the apparent bytes of what boots. */
export function imageSizes(recipe: ImageRecipe, files: readonly ManifestFile[]): Record<string, number> {
  const bytesOf = (path: string): number => {
    const file = files.find((f) => f.path === path);
    if (!file) throw new ParseError(`the image ${recipe.name} counts ${path}, which its build did not make`);
    return file.bytes;
  };
  return Object.fromEntries(
    Object.entries(recipe.sizeFiles).map(([kind, paths]) => [
      kind,
      paths.reduce((sum, path) => sum + bytesOf(path), 0),
    ]),
  );
}

/** Artefacts that a manifest describes: the roles' files, what counts as size, and whatever else lies on top. */
export function artefacts(recipe: ImageRecipe, dir: string): string[] {
  const own = new Set([MANIFEST_FILE, FACTS_FILE, "build.log"]);
  const found = readdirSync(dir).filter((name) => !own.has(name));
  const named = [...Object.values(recipe.files), ...Object.values(recipe.sizeFiles).flat()];
  return [...new Set([...found, ...named])].sort().map((path) => relative(dir, join(dir, path)));
}

/** The manifest of an image that is built already; undefined where there is none. */
export function readManifest(recipe: ImageRecipe, dir: string = imageDir(recipe)): Manifest | undefined {
  const file = join(dir, MANIFEST_FILE);
  if (!existsSync(file)) return undefined;
  const result = manifestSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) throw new ParseError(`${file} is not a manifest; delete its folder`, { cause: result.error });
  return result.data;
}
