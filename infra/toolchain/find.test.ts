import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { candidates, findInPluginCache, sameVersion } from "./find.ts";
import { libvirtProvider, plugins } from "./parts.ts";

function program(folder: string, name: string, content = "\x7fELF and the rest"): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, content, "latin1");
  chmodSync(file, 0o755);
  return file;
}

test.each([
  ["v3.259.0\n", true],
  ["3.259.0", true],
  ["3.259.0-dev.1", false],
  ["3.259.1", false],
  ["", false],
])("%j is version 3.259.0: %s", (printed, same) => {
  expect(sameVersion(printed, "3.259.0")).toBe(same);
});

test("binaries on PATH and in ~/.pulumi/bin are candidates; scripts and this tool's own cache are not", () => {
  const base = mkdtempSync(join(tmpdir(), "find-"));
  const onPath = program(join(base, "a"), "pulumi");
  program(join(base, "b"), "pulumi", "#!/bin/sh\n");
  program(join(base, "cache/toolchain/bin"), "pulumi");
  const official = program(join(base, "home/.pulumi/bin"), "pulumi");
  const env = {
    PATH: ["a", "b", "cache/toolchain/bin", "missing"].map((name) => join(base, name)).join(":"),
    GUESTBENCH_CACHE: join(base, "cache"),
    HOME: join(base, "home"),
  };
  expect(candidates("pulumi", env)).toEqual([onPath, official]);
});

test("a plugin is taken from the user's plugin cache at the exact version only", async () => {
  const home = mkdtempSync(join(tmpdir(), "plugins-"));
  const [command] = plugins;
  if (!command) throw new Error("no plugin");
  const env = { PULUMI_HOME: home };
  program(join(home, "plugins/resource-command-v9.9.9"), command.program);
  expect(await findInPluginCache(command, env)).toBeUndefined();
  const exact = program(join(home, `plugins/resource-command-v${command.version}`), command.program);
  expect(await findInPluginCache(command, env)).toBe(exact);
  expect(await findInPluginCache(libvirtProvider, env)).toBeUndefined();
});
