/** Sees the first byte that a guest writes to its console file, which may not exist before. */
import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

export interface ConsoleWatch {
  /** When the first byte after the watch began was seen, by `now`; null: not yet. */
  firstByteAt(): number | null;
  close(): void;
}

/** Watches by inotify. A file that is already there counts from its next growth, or from empty where it is replaced. */
export function watchConsole(path: string, now: () => number): ConsoleWatch {
  const before = sizeOf(path);
  let known = before;
  let at: number | null = null;
  const look = () => {
    if (at !== null) return;
    const size = sizeOf(path);
    if (size.inode !== known.inode || size.bytes < known.bytes) known = { inode: size.inode, bytes: 0 };
    if (size.bytes > known.bytes) at = now();
  };
  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(dirname(path), (_event, name) => {
      if (name === null || name === basename(path)) look();
    });
    watcher.on("error", () => watcher?.close());
  } catch {
    // No such directory yet: the phase is then not observed, which the caller sees as null.
  }
  return { firstByteAt: () => at, close: () => watcher?.close() };
}

function sizeOf(path: string): { inode: number; bytes: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  return { inode: stat?.ino ?? 0, bytes: stat?.size ?? 0 };
}
