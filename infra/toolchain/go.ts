/** Builds a part from pinned Go modules, with module and build caches of its own that the set-up deletes at the end. */
import { cpSync, existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { InfraError } from "../errors.ts";
import { contentKey, workDir } from "./cache.ts";
import type { GoRecipe } from "./parts.ts";
import { tempDir } from "./paths.ts";
import type { Report } from "./progress.ts";
import { oldestGo } from "./versions.ts";

/** Shared by the parts of one set-up; kept when a set-up is interrupted, so that the next one goes on from there. */
const goCaches = () => join(tempDir(), "go");

const sources = (recipe: GoRecipe) => join(import.meta.dirname, "go", recipe.folder);

export async function recipeKey(recipe: GoRecipe): Promise<string> {
  return contentKey([JSON.stringify(recipe), process.arch], [sources(recipe)]);
}

/** Path and version of the machine's Go; undefined if there is none or it is too old. */
export async function findGo(): Promise<{ path: string; version: string } | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/go/bin", "/usr/lib/go/bin"];
  for (const folder of folders) {
    const path = join(folder, "go");
    if (!folder || !existsSync(path)) continue;
    const { stdout } = await execa(path, ["version"], { reject: false });
    const version = /\bgo(\d+\.\d+(?:\.\d+)?)/.exec(stdout ?? "")?.[1];
    if (version && atLeast(version, oldestGo)) return { path, version };
  }
  return undefined;
}

export function atLeast(version: string, oldest: string): boolean {
  const [have, want] = [version.split(".").map(Number), oldest.split(".").map(Number)];
  for (let i = 0; i < want.length; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Builds the part's program into `output`. */
export async function buildGo(recipe: GoRecipe, output: string, report: Report): Promise<void> {
  const go = await findGo();
  if (!go) {
    throw new InfraError(
      `building ${recipe.folder} needs Go ${oldestGo} or newer, which is not installed; its official release could not ` +
        "be downloaded either. Install Go (https://go.dev/dl) or give this machine access to github.com and get.pulumi.com",
    );
  }
  const dir = await workDir(recipe.folder);
  try {
    cpSync(sources(recipe), dir, { recursive: true });
    if (recipe.generate) {
      const generator = join(dir, "generator");
      await compile(go.path, dir, recipe.generate.package, "", generator, report);
      report({ message: "generating the schema" });
      const out = join(dir, "generated");
      await mkdir(out);
      await run(generator, [...recipe.generate.args, out], dir, {});
      await copyFile(join(out, "schema.json"), join(dir, recipe.generate.into, "schema.json"));
    }
    await compile(go.path, dir, recipe.package, recipe.ldflags, output, report);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function compile(go: string, dir: string, target: string, ldflags: string, output: string, report: Report) {
  const env = {
    GOMODCACHE: join(goCaches(), "modules"),
    GOCACHE: join(goCaches(), "build"),
    GOTMPDIR: dir,
    CGO_ENABLED: "0",
    GOFLAGS: "-mod=readonly -buildvcs=false",
    GOWORK: "off",
  };
  report({ message: "downloading Go modules" });
  const stale = await run(go, ["list", "-trimpath", "-deps", "-f", "{{.Stale}}", target], dir, env);
  const total = stale.split("\n").filter((answer) => answer === "true").length;
  let done = 0;
  const onLine = (line: string) => {
    if (line.startsWith("go: ")) return;
    done = Math.min(done + 1, total);
    report({ message: `compiling (${done} of ${total} packages)`, fraction: total > 0 ? done / total : 1 });
  };
  await run(go, ["build", "-v", "-trimpath", "-ldflags", `-s -w ${ldflags}`, "-o", output, target], dir, env, onLine);
}

async function run(
  file: string,
  args: string[],
  cwd: string,
  env: Record<string, string>,
  onErrorLine?: (line: string) => void,
): Promise<string> {
  // a set-up that is killed takes its compiler with it
  const child = execa("setpriv", ["--pdeathsig", "KILL", "--", file, ...args], {
    cwd,
    env,
    reject: false,
    maxBuffer: 50_000_000,
    stdin: "ignore",
  });
  if (onErrorLine) createInterface({ input: child.stderr }).on("line", onErrorLine);
  const result = await child;
  if (!result.failed) return result.stdout;
  const tail = (result.stderr || result.stdout || "").split("\n").slice(-30).join("\n");
  throw new InfraError(`${file} ${args[0]} in ${cwd} failed:\n${tail}`, { cause: result });
}

/** Deletes the Go caches; the module cache is read-only and must be made writable first. */
export async function deleteGoCaches(): Promise<void> {
  const dir = goCaches();
  if (!existsSync(dir)) return;
  await makeWritable(dir);
  await rm(dir, { recursive: true, force: true });
}

export const hasGoCaches = () => existsSync(goCaches());

async function makeWritable(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(dir, entry.name));
  }
}
