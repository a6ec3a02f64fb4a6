/** Official releases: downloaded, compared with the SHA-256 that the release publishes, unpacked. */
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { InfraError } from "../errors.ts";
import { sha256Of } from "./cache.ts";
import type { Release } from "./parts.ts";
import type { Report } from "./progress.ts";

const connectMs = 3_000;
const stalledMs = 30_000;

/** Whether the host takes a connection within three seconds. */
export function reachable(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 443) });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), connectMs); // also covers a resolver that does not answer
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("close", () => clearTimeout(timer));
  });
}

/** The SHA-256 of `name` in a checksum file (`<hex>  <name>` per line). */
export function findChecksum(checksums: string, name: string): string | undefined {
  for (const line of checksums.split("\n")) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (file === name && sum && /^[0-9a-f]{64}$/.test(sum)) return sum;
  }
  return undefined;
}

/** Unpacks the release's archive into `dir`. */
export async function downloadRelease(release: Release, dir: string, report: Report): Promise<void> {
  const name = basename(new URL(release.url).pathname);
  report({ message: `downloading ${name}` });
  const checksums = await fetchText(release.checksumsUrl);
  const expected = findChecksum(checksums, name);
  if (!expected) throw new InfraError(`${release.checksumsUrl} has no SHA-256 for ${name}`);
  const archive = join(dir, name);
  await fetchFile(release.url, archive, {
    onFraction: (fraction) => report({ message: `downloading ${name}`, fraction }),
  });
  const actual = await sha256Of(archive);
  if (actual !== expected) throw new InfraError(`${release.url} has SHA-256 ${actual}, its release says ${expected}`);
  await execa("tar", ["-xzf", archive, "-C", dir]);
  await rm(archive);
}

async function open(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal, redirect: "follow" }).catch((cause: unknown) => {
    throw signal.aborted ? signal.reason : new InfraError(`${url} cannot be reached`, { cause: rootOf(cause) });
  });
  if (!response.ok || !response.body) throw new InfraError(`${url} answers ${response.status}`);
  return response;
}

/** fetch() itself says no more than that it failed. */
const rootOf = (error: unknown) => (error instanceof Error ? (error.cause ?? error) : error);

async function fetchText(url: string): Promise<string> {
  return (await open(url, AbortSignal.timeout(stalledMs))).text();
}

interface Progress {
  onFraction?: (fraction: number) => void;
  /** Called with the size in bytes, where the server says it, before anything is written; may throw. */
  onSize?: (bytes: number) => void;
}

/** Gives up when no data came for half a minute. */
export async function fetchFile(url: string, file: string, { onFraction, onSize }: Progress): Promise<void> {
  const stalled = new AbortController();
  const abort = () => stalled.abort(new InfraError(`${url}: no data for ${stalledMs / 1000} s`));
  let timer = setTimeout(abort, stalledMs);
  try {
    const response = await open(url, stalled.signal);
    const total = Number(response.headers.get("content-length")) || undefined;
    if (total) onSize?.(total);
    let received = 0;
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    body.on("data", (chunk: Buffer) => {
      clearTimeout(timer);
      timer = setTimeout(abort, stalledMs);
      received += chunk.length;
      if (total) onFraction?.(received / total);
    });
    await pipeline(body, createWriteStream(file));
  } finally {
    clearTimeout(timer);
    stalled.abort(); // a body that nobody reads would keep its connection
  }
}
