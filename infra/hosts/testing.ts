/** For tests on a real host: a throw-away stack, a shell that reports instead of throwing, and clean-up after all of it. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { hostStateDir, runtimeDir } from "../toolchain/paths.ts";
import { type HostObject, renderCreate, renderRemove } from "./objects.ts";

export const root = process.getuid?.() === 0;

export function sh(script: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", script], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { ok: status === 0, status, stdout: stdout.trim(), stderr: stderr.trim() };
}

/** A stack whose objects are made and removed as its command resources would do it. */
export function throwawayStack(suffix = "") {
  const stack = `unittest${suffix}-${process.pid}`;
  return {
    stack,
    make: (object: HostObject, generation = "made then") => sh(renderCreate(stack, object), { GENERATION: generation }),
    remove: (object: HostObject) => sh(renderRemove(stack, object)),
    exists: (object: HostObject) => sh(object.exists).ok,
    cleanUp(...objects: HostObject[]) {
      for (const object of objects) sh(object.remove);
      for (const dir of [hostStateDir(stack), runtimeDir(stack)]) rmSync(dir, { recursive: true, force: true });
      sh("rmdir /run/guestbench /var/lib/guestbench");
    },
  };
}
