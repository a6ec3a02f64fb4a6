import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ParseError } from "../errors.ts";
import { describeFile, imageSizes, parseFacts, readManifest } from "./manifest.ts";
import { fakeRecipe, useTemporaryCache } from "./test-recipe.ts";

const dir = useTemporaryCache();

it("reads the facts of a build, and refuses what it does not know", () => {
  expect(
    parseFacts("kernel\t6.1.0-9\t6.1.4-1\npackage\tgcc\t1:12\npackage\tlibc6\t2\ntool\txz\t5\ncontent\ttree\tabc\n"),
  ).toEqual({
    kernelRelease: "6.1.0-9",
    kernelPackageVersion: "6.1.4-1",
    packages: { gcc: "1:12", libc6: "2" },
    tools: { xz: "5" },
    content: { tree: "abc" },
  });
  expect(() => parseFacts("package\tgcc\n")).toThrow(ParseError);
  expect(() => parseFacts("weather\tfine\tyes\n")).toThrow("unknown kind");
});

it("counts the apparent bytes of a sparse file, and says what it takes", async () => {
  mkdirSync(join(dir(), "x"));
  writeFileSync(join(dir(), "x", "disk"), "abc");
  truncateSync(join(dir(), "x", "disk"), 8 << 20);
  const file = await describeFile(dir(), "x/disk");
  expect(file.bytes).toBe(8 << 20);
  expect(file.allocatedBytes).toBeLessThan(1 << 20);
  expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(await describeFile(dir(), "x")).toMatchObject({ bytes: 8 << 20, sha256: null });
});

it("adds up what boots, and nothing else", () => {
  const recipe = fakeRecipe(dir());
  const file = (path: string, bytes: number) => ({ path, bytes, allocatedBytes: 0, sha256: null });
  const files = [file("vmlinuz", 1000), file("initrd.img", 234), file("kernel.config", 77)];
  expect(imageSizes(recipe, files)).toEqual({ vm: 1234 });
  expect(() => imageSizes(recipe, files.slice(1))).toThrow("counts vmlinuz");
});

it("knows an image that is not there from one whose manifest is broken", () => {
  const recipe = fakeRecipe(dir());
  expect(readManifest(recipe, dir())).toBeUndefined();
  writeFileSync(join(dir(), "manifest.json"), `{"name":"fake","extra":1}`);
  expect(() => readManifest(recipe, dir())).toThrow(/manifest.json is not a manifest/);
});
