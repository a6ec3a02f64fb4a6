/** A recipe that builds in no time, in a cache of its own; for tests. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { defineImage, type ImageRecipe } from "./image.ts";

/** Points the cache at an empty folder for each test, and gives that folder. */
export function useTemporaryCache(): () => string {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "guestbench-images-"));
    vi.stubEnv("GUESTBENCH_CACHE", join(dir, "cache"));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true, force: true });
  });
  return () => dir;
}

const SCRIPT = `#!/bin/sh
echo "[1/1] doing it with $GB_PARAM_COLOUR for $GB_ARCH"
echo run >>"$COUNTER"
head -c 1000 /dev/zero >"$GB_OUT/vmlinuz"
head -c 234 /dev/zero >"$GB_OUT/initrd.img"
printf 'kernel\\t6.1.0-test\\t6.1-1\\npackage\\tbusybox\\t1.35\\ntool\\tgcc\\t12\\n' >"$GB_OUT/facts.tsv"
`;

export function fakeRecipe(dir: string, script = SCRIPT): ImageRecipe {
  const recipeDir = join(dir, "fake");
  mkdirSync(recipeDir, { recursive: true });
  const build = join(recipeDir, "build.sh");
  writeFileSync(build, script);
  chmodSync(build, 0o755);
  vi.stubEnv("COUNTER", join(dir, "counter"));
  return defineImage({
    name: "fake",
    description: "nothing that boots",
    recipeDir,
    parameters: { COLOUR: "blue" },
    architectures: ["amd64", "arm64"],
    files: { kernel: "vmlinuz", initrd: "initrd.img" },
    sizeFiles: { vm: ["vmlinuz", "initrd.img"] },
    kernelArguments: [],
    access: ["ssh"],
    tools: [],
    capabilities: ["vm"],
    steps: 1,
    needsDiskMiB: 1,
  });
}
