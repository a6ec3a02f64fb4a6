import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ImageRecipe } from "./image.ts";
import { images } from "./index.ts";

const recipes: [string, ImageRecipe][] = Object.entries(images);

it("registers every recipe in this folder", () => {
  const withRecipe = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(import.meta.dirname, entry.name, "build.sh")))
    .map((entry) => entry.name);
  const declared = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) => /= defineImage\(/.test(readFileSync(join(import.meta.dirname, name), "utf8")))
    .map((name) => name.replace(/\.ts$/, ""));
  expect(Object.keys(images).sort()).toEqual(withRecipe.sort());
  expect(Object.keys(images).sort()).toEqual(declared.sort());
});

describe.each(recipes)("%s", (name, recipe) => {
  const script = readFileSync(join(recipe.recipeDir, "build.sh"), "utf8");

  it("is registered by its own name", () => {
    expect(recipe.name).toBe(name);
  });

  it("announces every step that its script takes", () => {
    expect(script.match(/^step /gm)).toHaveLength(recipe.steps);
  });

  it("uses the parameters it declares, and no others", () => {
    const used = new Set([...script.matchAll(/GB_PARAM_([A-Z_]+)/g)].map((m) => m[1]));
    expect([...used].sort()).toEqual(Object.keys(recipe.parameters).sort());
  });

  it("has a size for every way of running it", () => {
    const kinds = ["vm", "container", "bare-metal"] as const;
    expect(Object.keys(recipe.sizeFiles).sort()).toEqual(kinds.filter((k) => recipe.capabilities.includes(k)).sort());
  });

  it("names no archive host: packages come from the machine's own sources", () => {
    const texts = readdirSync(recipe.recipeDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    for (const text of texts) expect(text).not.toMatch(/https?:\/\//);
  });
});
