/** What explains a failure: the chain of its causes, the guest's last words, the tools' output. */
import { appendFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Boot } from "../../infra/outputs.ts";
import type { Engine } from "./engine.ts";

/** The end of the guest's console, kept below raw/; the paths that were written. A console that cannot be read is none. */
export async function saveConsole(
  engine: Pick<Engine, "folder" | "readConsole">,
  boot: Boot,
  name: string,
): Promise<string[]> {
  if (boot.console === null) return [];
  const text = await engine.readConsole(boot.console).catch(() => null);
  if (text === null) return [];
  mkdirSync(join(engine.folder.path, "raw", name), { recursive: true });
  appendFileSync(join(engine.folder.path, "raw", name, "console.log"), text);
  return [`raw/${name}/console.log`];
}

/** Files of one run, as paths below the campaign's folder. */
export function rawFiles(campaignDir: string, run: string): string[] {
  const dir = join(campaignDir, "raw", run);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .sort()
    .map((name) => `raw/${run}/${name}`);
}

/** The message with those of its causes. */
export function messageOf(error: unknown): string {
  const parts: string[] = [];
  for (let e = error; e !== undefined && parts.length < 5; e = e instanceof Error ? e.cause : undefined)
    parts.push(e instanceof Error ? e.message : String(e));
  return parts.join(": ");
}
