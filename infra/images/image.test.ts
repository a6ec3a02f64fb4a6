import { appendFileSync, chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors.ts";
import { hostArchitecture, imageDir, imageKey, recipeFor } from "./image.ts";
import { ensureSshKeys } from "./ssh-keys.ts";
import { fakeRecipe, useTemporaryCache } from "./test-recipe.ts";

const dir = useTemporaryCache();
const fixed = { architecture: "amd64", sshKeys: ["ssh-ed25519 AAAA"] } as const;

describe("imageKey", () => {
  it("is the same for the same ingredients, in whatever order the parameters come", () => {
    const recipe = { ...fakeRecipe(dir()), parameters: { a: 1, b: "2" } };
    const key = imageKey(recipe, fixed);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(imageKey({ ...recipe, parameters: { b: "2", a: 1 } }, fixed)).toBe(key);
  });

  it("changes with every ingredient", () => {
    const recipe = fakeRecipe(dir());
    const keys = [
      imageKey(recipe, fixed),
      imageKey({ ...recipe, parameters: { COLOUR: "red" } }, fixed),
      imageKey(recipe, { ...fixed, architecture: "arm64" }),
      imageKey(recipe, { ...fixed, sshKeys: ["ssh-ed25519 BBBB"] }),
    ];
    appendFileSync(join(recipe.recipeDir, "build.sh"), "# more\n");
    keys.push(imageKey(recipe, fixed));
    chmodSync(join(recipe.recipeDir, "build.sh"), 0o644);
    keys.push(imageKey(recipe, fixed));
    writeFileSync(join(recipe.recipeDir, "another"), "");
    keys.push(imageKey(recipe, fixed));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("does not change with prose or with an editor's left-over", () => {
    const recipe = fakeRecipe(dir());
    const key = imageKey(recipe, fixed);
    writeFileSync(join(recipe.recipeDir, "build.sh~"), "old");
    expect(imageKey({ ...recipe, description: "other words" }, fixed)).toBe(key);
  });

  it("bakes in this user's keys, made on first use", () => {
    const recipe = fakeRecipe(dir());
    const key = imageKey(recipe);
    expect(imageKey(recipe)).toBe(key);
    expect(imageDir(recipe)).toBe(join(dir(), "cache", "images", `fake-${key}`));
    expect(imageKey(recipe, { sshKeys: [] })).not.toBe(key);
    expect(ensureSshKeys().identityFile).toBe(join(dir(), "cache", "ssh", "id_ed25519"));
  });
});

describe("recipeFor", () => {
  const fixedKeys = { sshKeys: ["ssh-ed25519 AAAA"] };

  it("gives the recipe itself on a machine like the host", () => {
    const recipe = fakeRecipe(dir());
    expect(recipeFor(recipe, "arm64", "arm64")).toBe(recipe);
  });

  it("aims a recipe that can be aimed at the host's architecture, with the key that a machine like it computes", () => {
    const recipe = { ...fakeRecipe(dir()), cross: true };
    const aimed = recipeFor(recipe, "arm64", "amd64");
    expect(aimed.target).toBe("arm64");
    expect(imageKey(aimed, fixedKeys)).toBe(imageKey(recipe, { ...fixedKeys, architecture: "arm64" }));
  });

  it("refuses what has to be built on a machine like the host, or on none", () => {
    const recipe = fakeRecipe(dir());
    expect(() => recipeFor(recipe, "arm64", "amd64")).toThrow(
      new ConfigError("the image fake is not built for arm64 on a machine of amd64"),
    );
    const onlyAmd64 = { ...recipe, cross: true, architectures: ["amd64"] } as const;
    expect(() => recipeFor(onlyAmd64, "arm64", "amd64")).toThrow(ConfigError);
  });
});

it("knows Debian's names of the architectures, and says which it cannot serve", () => {
  expect(hostArchitecture("x64")).toBe("amd64");
  expect(hostArchitecture("arm64")).toBe("arm64");
  expect(() => hostArchitecture("ppc64")).toThrow(ConfigError);
});
