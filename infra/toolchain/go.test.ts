import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { atLeast, deleteGoCaches, hasGoCaches, recipeKey } from "./go.ts";
import { cli } from "./parts.ts";

test.each([
  ["1.26.8", "1.21", true],
  ["1.21", "1.21", true],
  ["1.19.8", "1.21", false],
  ["2.0", "1.21", true],
])("Go %s is at least %s: %s", (version, oldest, answer) => {
  expect(atLeast(version, oldest)).toBe(answer);
});

test("the key follows the recipe, so that a changed flag builds again", async () => {
  expect(await recipeKey({ ...cli.go, ldflags: "other" })).not.toBe(await recipeKey(cli.go));
});

test("the read-only module cache is deleted", async () => {
  const base = mkdtempSync(join(tmpdir(), "go-"));
  vi.stubEnv("GUESTBENCH_CACHE", base);
  const module = join(base, "tmp/go/modules/example.org/m@v1");
  mkdirSync(module, { recursive: true });
  writeFileSync(join(module, "go.mod"), "", { mode: 0o444 });
  chmodSync(module, 0o555);
  expect(hasGoCaches()).toBe(true);
  await deleteGoCaches();
  expect(existsSync(join(base, "tmp/go"))).toBe(false);
});
