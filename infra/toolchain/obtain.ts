/**
 * Gets a part into the tool cache: from PATH or Pulumi's own plugin cache if the version is exactly the pinned one,
 * else the official release, else a build from Go modules. The record beside it says which of them it was.
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { InfraError } from "../errors.ts";
import { contentKey, installWhole, type Origin, type OriginRecord, readRecord, writeRecord } from "./cache.ts";
import { findInPluginCache, findOnPath } from "./find.ts";
import { buildGo, recipeKey } from "./go.ts";
import type { Part } from "./parts.ts";
import { toolchainDir } from "./paths.ts";
import type { Report } from "./progress.ts";
import { downloadRelease, reachable } from "./release.ts";

/** One place a part may come from; `undefined` means that it is not there, an error that it failed. */
export interface Place {
  origin: Origin;
  /** Puts the program (and what belongs beside it) into `dir` and says what it was taken from. */
  take(dir: string, report: Report): Promise<string | undefined>;
}

export interface Obtained {
  dir: string;
  program: string;
  record: OriginRecord;
}

async function partDir(part: Part): Promise<string> {
  const key = await contentKey([part.id, part.version, await recipeKey(part.go)]);
  return join(toolchainDir(), `${part.id}-${part.version}-${key}`);
}

/** The part in the tool cache, if it is there. */
export async function cached(part: Part): Promise<Obtained | undefined> {
  const dir = await partDir(part);
  const record = readRecord(dir);
  const program = join(dir, part.program);
  return record && existsSync(program) ? { dir, program, record } : undefined;
}

/** The part in the tool cache, brought there from the first place that has it. */
export async function obtain(part: Part, places: readonly Place[], report: Report): Promise<Obtained> {
  const there = await cached(part);
  if (there) return there;
  await installWhole(await partDir(part), part.id, async (dir) => {
    const failures: Error[] = [];
    for (const { origin, take } of places) {
      const source = await take(dir, report).catch((error: Error) => {
        failures.push(error);
        return undefined;
      });
      if (source === undefined) continue;
      if (!existsSync(join(dir, part.program))) {
        failures.push(new InfraError(`${source} has no ${part.program}`));
        continue;
      }
      return writeRecord(dir, { part: part.id, version: part.version, origin, source });
    }
    const reasons = failures.map((failure) => failure.message).join("\n") || "no place has it";
    throw new InfraError(`${part.title} ${part.version} cannot be had:\n${reasons}`, { cause: failures.at(-1) });
  });
  const made = await cached(part);
  if (!made) throw new InfraError(`${await partDir(part)} is not a part of the toolchain: remove it and set up again`);
  return made;
}

/** The places in their order. `beside` are programs that belong to the part where they lie next to it. */
export function placesOf(part: Part, beside: readonly string[] = []): Place[] {
  const copy = (find: () => Promise<string | undefined>) => async (dir: string) => {
    const found = await find();
    if (!found) return undefined;
    await mkdir(dir, { recursive: true });
    await copyFile(found, join(dir, part.program));
    for (const name of beside) {
      if (existsSync(join(found, "..", name))) await copyFile(join(found, "..", name), join(dir, name));
    }
    return found;
  };
  return [
    { origin: "PATH", take: copy(() => findOnPath(part)) },
    { origin: "plugin cache", take: copy(() => findInPluginCache(part)) },
    { origin: "official release", take: (dir, report) => takeRelease(part, beside, dir, report) },
    { origin: "built from source", take: (dir, report) => build(part, dir, report) },
  ];
}

/** `GUESTBENCH_FROM_SOURCE=1` skips the downloads. */
export async function canDownload(part: Part): Promise<boolean> {
  if (!part.release || process.env.GUESTBENCH_FROM_SOURCE === "1") return false;
  const hosts = await Promise.all([reachable(part.release.url), reachable(part.release.checksumsUrl)]);
  return hosts.every(Boolean);
}

async function takeRelease(part: Part, beside: readonly string[], dir: string, report: Report) {
  if (!part.release || !(await canDownload(part))) return undefined;
  await downloadRelease(part.release, dir, report);
  // Pulumi's own archive has its programs one folder down
  for (const name of [part.program, ...beside]) {
    const nested = join(dir, "pulumi", name);
    if (existsSync(nested)) await copyFile(nested, join(dir, name));
  }
  return part.release.url;
}

async function build(part: Part, dir: string, report: Report): Promise<string> {
  await buildGo(part.go, join(dir, part.program), report);
  return `go/${part.go.folder}: ${part.go.package}`;
}
