import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConfigError } from "./errors.ts";
import { listStacks, loadStack } from "./load.ts";

const good = `export default { networks: { lan: { type: "tap-bridge" } }, guests: { a: { platform: "bare-metal", image: "debian" } } };`;
let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "stacks-"));
  vi.stubEnv("GUESTBENCH_STACKS", dir);
  writeFileSync(join(dir, "local.ts"), good);
  writeFileSync(join(dir, "lab-kvm.ts"), good);
  writeFileSync(join(dir, "Pulumi.local.yaml"), "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

test("stacks are the TypeScript files of the folder", () => {
  expect(listStacks()).toEqual(["lab-kvm", "local"]);
});

test("a stack is loaded by its name", async () => {
  expect((await loadStack("local")).name).toBe("local");
});

test("an unknown stack comes with the nearest name", async () => {
  const loading = loadStack("locla");
  await expect(loading).rejects.toThrow('unknown stack "locla"; did you mean "local"? (known: lab-kvm, local)');
  await expect(loading).rejects.toBeInstanceOf(ConfigError);
});

test.each(["../local", "Local", "local.ts", ""])("%j is no name of a stack", async (name) => {
  await expect(loadStack(name)).rejects.toThrow(`unknown stack "${name}"`);
});

test("a file that cannot be read or exports nothing is named", async () => {
  writeFileSync(join(dir, "throws.ts"), 'throw new Error("no such lab");');
  writeFileSync(join(dir, "nothing.ts"), "export const stack = {};");
  await expect(loadStack("throws")).rejects.toThrow("stacks/throws.ts: cannot be loaded: no such lab");
  await expect(loadStack("nothing")).rejects.toThrow("stacks/nothing.ts: expected `export default defineStack({ … })`");
});

test("the project's own stacks are valid", async () => {
  vi.unstubAllEnvs();
  for (const name of listStacks()) expect(Object.keys((await loadStack(name)).guests)).not.toEqual([]);
});
