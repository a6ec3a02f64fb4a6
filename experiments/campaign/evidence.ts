/** What explains a failure: the chain of its causes, the guest's last words, the tools' output. */
import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Boot } from "../../infra/outputs.ts";
import type { Engine } from "./engine.ts";

const CONSOLE_TAIL_BYTES = 256 * 1024;

/** The end of the guest's console, kept below raw/; the paths that were written. */
export function saveConsole(engine: Pick<Engine, "folder">, boot: Boot, name: string): string[] {
  if (boot.console === null || !existsSync(boot.console)) return [];
  const file = openSync(boot.console, "r");
  const size = fstatSync(file).size;
  const content = Buffer.alloc(Math.min(size, CONSOLE_TAIL_BYTES));
  const length = readSync(file, content, 0, content.length, size - content.length);
  closeSync(file);
  mkdirSync(join(engine.folder.path, "raw", name), { recursive: true });
  appendFileSync(join(engine.folder.path, "raw", name, "console.log"), content.subarray(0, length));
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
