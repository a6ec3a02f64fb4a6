/**
 * Brings artefacts into the per-user cache, where a file's name is its checksum: what is there has been compared. Whatever
 * is wrong with one is said before anything starts, of all of them at once.
 */
import { existsSync, mkdirSync, statfsSync, statSync } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../errors.ts";
import { sha256Of, workDir } from "../toolchain/cache.ts";
import { artefactsCacheDir } from "../toolchain/paths.ts";
import { fetchFile } from "../toolchain/release.ts";
import type { Artefact } from "./artefact.ts";
import { HEAD_BYTES, type Kind, refusal } from "./identify.ts";

export interface Wanted {
  artefact: Artefact;
  /** Its place in the stack, for errors: artefacts.unixbench. */
  field: string;
  kind: Kind;
  /** What it is to run on; null: nothing of it runs. */
  architecture: string | null;
}

interface Options {
  /** Free bytes where the folder is; replaced in tests. */
  freeBytes?: (dir: string) => number;
}

/** Where the artefact is once it was obtained. */
export function artefactFile({ sha256 }: Artefact): string {
  return join(artefactsCacheDir(), sha256);
}

/** Puts every artefact into the cache; throws one ConfigError that names all that cannot be had. */
export async function obtainArtefacts(wanted: readonly Wanted[], options: Options = {}): Promise<void> {
  const problems: string[] = [];
  for (const one of wanted) {
    try {
      await obtain(one, options);
    } catch (error) {
      problems.push(`${one.field}: ${messageOf(error)}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

async function obtain({ artefact, kind, architecture }: Wanted, options: Options): Promise<void> {
  const target = artefactFile(artefact);
  const origin = artefact.file ?? artefact.url ?? "";
  if (!existsSync(target)) await bring(artefact, origin, target, options);
  const why = refusal(await headOf(target), kind, architecture);
  if (why !== null) throw new Error(`${origin} ${why}`);
  if (artefact.architecture !== undefined && architecture !== null && artefact.architecture !== architecture)
    throw new Error(`${origin} is declared for ${artefact.architecture}, and the host is ${architecture}`);
}

async function bring({ file, url, sha256 }: Artefact, origin: string, target: string, options: Options): Promise<void> {
  mkdirSync(artefactsCacheDir(), { recursive: true });
  const requireSpace = (bytes: number) => checkSpace(origin, bytes, options.freeBytes ?? freeBytes);
  const dir = await workDir("artefact");
  const fresh = join(dir, "artefact");
  try {
    if (file !== undefined) {
      requireSpace(sizeOf(file));
      await copyFile(file, fresh);
    } else if (url !== undefined) {
      await fetchFile(url, fresh, { onSize: requireSpace });
    }
    const found = await sha256Of(fresh);
    if (found !== sha256) throw new Error(`${origin} has SHA-256 ${found}, and the stack says ${sha256}`);
    await rename(fresh, target);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`${file} is not there`);
  if (!found.isFile()) throw new Error(`${file} is not a file`);
  return found.size;
}

function freeBytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}

function checkSpace(origin: string, bytes: number, free: (dir: string) => number): void {
  const dir = artefactsCacheDir();
  const there = free(dir);
  if (there >= bytes) return;
  throw new Error(
    `no disk space for ${origin}: it takes ${mebibytes(bytes)} MiB in ${dir}, ${mebibytes(there)} MiB are free; ` +
      "free some, or set GUESTBENCH_CACHE to a folder on a larger disk",
  );
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** fetch() itself says no more than that it failed; why is in its cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC") return `no disk space in ${artefactsCacheDir()}`;
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause ? `${error.message}: ${cause.message || cause.code}` : error.message;
}
