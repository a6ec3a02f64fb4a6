import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { imageKey } from "../../images/image.ts";
import { useTemporaryCache } from "../../images/test-recipe.ts";
import { labImage } from "./image.ts";
import { labKinds, labPlatforms } from "./kinds.ts";

const dir = useTemporaryCache();
const { recipeDir } = labImage("kvm");
const files = readdirSync(recipeDir, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(recipeDir.length + 1));
const list = (file: string) =>
  readFileSync(join(recipeDir, file), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

test("every kind has a key of its own, whatever machine it is built on", () => {
  const keys = labKinds.map((kind) => imageKey(labImage(kind), { sshKeys: [] }));
  expect(new Set(keys).size).toBe(labKinds.length);
  for (const kind of labKinds) {
    const recipe = labImage(kind);
    const { target: _, ...onThisMachine } = recipe;
    const architecture = labPlatforms[kind].architecture;
    expect(imageKey(onThisMachine, { sshKeys: [], architecture })).toBe(imageKey(recipe, { sshKeys: [] }));
  }
});

test("the key changes with every file of the recipe", () => {
  const copy = join(dir(), "recipe");
  cpSync(recipeDir, copy, { recursive: true });
  const recipe = { ...labImage("kvm"), recipeDir: copy };
  const keys = files.map((file) => {
    appendFileSync(join(copy, file), "# changed\n");
    return imageKey(recipe, { sshKeys: [] });
  });
  expect(new Set([imageKey(labImage("kvm"), { sshKeys: [] }), ...keys]).size).toBe(files.length + 1);
});

describe("scripts that run on the host can be read by its shell, those of the build by bash", () => {
  const scripts = files.filter((file) => readFileSync(join(recipeDir, file), "utf8").match(/^#!\/bin\/(busybox )?sh/));

  test("they are found", () => {
    expect(scripts).toContain("initrd-init");
    expect(scripts).toContain("overlay/usr/lib/guestbench/start");
  });
  test.each(scripts)("%s", (file) => {
    expect(spawnSync("/bin/sh", ["-n", join(recipeDir, file)], { encoding: "utf8" }).stderr).toBe("");
  });
  test.each(files.filter((file) => file.endsWith(".sh")))("%s", (file) => {
    expect(spawnSync("bash", ["-n", join(recipeDir, file)], { encoding: "utf8" }).stderr).toBe("");
  });
});

test.each(labKinds)("the lists of %s name nothing twice, and leave nothing out that was asked for", (kind) => {
  const packages = [...list("packages.list"), ...list(`packages-${kind}.list`)];
  expect(new Set(packages).size).toBe(packages.length);
  expect(packages.filter((name) => list("left-out.packages").includes(name))).toEqual([]);
});
