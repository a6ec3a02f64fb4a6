/**
 * A tool for the client: the host's own, else a copy of the guest's, so that a host needs no package of its own for a
 * tool that only the images bring. The copy lies in the run's scratch folder.
 */
import { randomUUID } from "node:crypto";
import { WorkloadError } from "../../../infra/errors.ts";
import type { WorkloadContext } from "../workload.ts";

/** What one argument of a command may hold, with room to spare. */
const chunkCharacters = 90_000;
const timeoutMs = 60_000;

/** Path of the tool at the client; call `remove` when done. Throws WorkloadError where the guest has none. */
export async function clientTool(
  { inClient, inGuest, onHost, scratchDir }: WorkloadContext,
  name: string,
): Promise<{ path: string; remove(): Promise<void> }> {
  const own = await inClient(["sh", "-c", `command -v ${name}`], { timeoutMs, allowFailure: true });
  if (own.exitCode === 0) return { path: own.stdout.trim(), remove: async () => {} };
  const { stdout } = await inGuest(`gzip -c "$(command -v ${name})" | base64 -w 0`, { timeoutMs });
  if (stdout.trim() === "") throw new WorkloadError(`neither the client nor the guest has ${name}`);
  const path = `${scratchDir}/${name}-${randomUUID().slice(0, 8)}`;
  await onHost(["mkdir", "-p", scratchDir], { timeoutMs });
  for (const chunk of chunks(stdout.trim()))
    await onHost(["sh", "-c", 'printf %s "$1" >>"$2.base64"', "append", chunk, path], { timeoutMs });
  const unpack = 'base64 -d "$1.base64" | gzip -dc >"$1" && chmod 755 "$1" && rm "$1.base64"';
  await onHost(["sh", "-c", unpack, "unpack", path], { timeoutMs });
  return { path, remove: async () => void (await onHost(["rm", "-f", path, `${path}.base64`], { timeoutMs })) };
}

function chunks(text: string): string[] {
  const parts = [];
  for (let at = 0; at < text.length; at += chunkCharacters) parts.push(text.slice(at, at + chunkCharacters));
  return parts;
}
