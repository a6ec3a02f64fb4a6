/** The tool cache: content keys, folders that appear whole or not at all, and the sweep of what dead processes left. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { tempDir } from "./paths.ts";

/** Where a part came from, in the order in which the places are asked. */
const originSchema = z.enum(["PATH", "plugin cache", "official release", "built from source"]);
export type Origin = z.infer<typeof originSchema>;

const recordSchema = z.strictObject({
  part: z.string().describe("id of the part"),
  version: z.string().describe("its version"),
  origin: originSchema.describe("which of the places it came from"),
  source: z.string().describe("path, URL or module it was taken from"),
});
export type OriginRecord = z.infer<typeof recordSchema>;

const recordName = "origin.json";

export async function writeRecord(dir: string, record: OriginRecord): Promise<void> {
  await writeFile(join(dir, recordName), `${JSON.stringify(recordSchema.parse(record), null, 2)}\n`);
}

/** Undefined where there is no (readable) record: the folder is not one of ours or of an older form. */
export function readRecord(dir: string): OriginRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(join(dir, recordName), "utf8")));
  } catch {
    return undefined;
  }
}

/** SHA-256 of a file of any size, in hexadecimal digits. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

/** Twelve hex digits over the texts and every file below the folders, names included. */
export async function contentKey(texts: string[], paths: string[] = []): Promise<string> {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:${text}\n`);
  for (const path of paths) await hashTree(hash, path, "");
  return hash.digest("hex").slice(0, 12);
}

async function hashTree(hash: ReturnType<typeof createHash>, path: string, name: string): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    for (const child of (await readdir(path)).sort()) await hashTree(hash, join(path, child), `${name}/${child}`);
  } else {
    const data = await readFile(path);
    hash.update(`${name}:${data.length}\n`).update(data);
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
}

/** A fresh folder below `tmp/`, named after this process so that a later set-up knows when nobody needs it. */
export async function workDir(purpose: string): Promise<string> {
  for (let i = 0; ; i++) {
    const dir = join(tempDir(), `work.${bootId()}.${process.pid}.${purpose}.${i}`);
    if (existsSync(dir)) continue;
    await mkdir(dir, { recursive: true });
    return dir;
  }
}

/** Fills a folder by `fill` and moves it into place in one step; an existing `target` is taken as it is. */
export async function installWhole(
  target: string,
  purpose: string,
  fill: (dir: string) => Promise<void>,
): Promise<void> {
  if (existsSync(target)) return;
  const dir = await workDir(purpose);
  try {
    await fill(dir);
    await mkdir(join(target, ".."), { recursive: true });
    await rename(dir, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Removes the work folders of processes that are gone. */
export async function sweep(): Promise<string[]> {
  const swept: string[] = [];
  for (const name of await readdir(tempDir()).catch(() => [])) {
    const [kind, boot, pid] = name.split(".");
    if (kind !== "work" || (boot === bootId() && alive(Number(pid)))) continue;
    await rm(join(tempDir(), name), { recursive: true, force: true });
    swept.push(name);
  }
  return swept;
}

function alive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
