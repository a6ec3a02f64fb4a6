import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { buildImage, requireSpace, sweep } from "./builder.ts";
import { hostArchitecture, imageDir, manifestSchema, recipeFor } from "./image.ts";
import { lock } from "./lock.ts";
import { fakeRecipe, useTemporaryCache } from "./test-recipe.ts";

const dir = useTemporaryCache();
/** build.sh runs in namespaces of its own, which takes root. */
const root = describe.skipIf(process.getuid?.() !== 0);
const runs = () => readFileSync(join(dir(), "counter"), "utf8").split("\n").length - 1;

root("buildImage", () => {
  it("builds, describes what it built, and returns at once the next time", async () => {
    const recipe = fakeRecipe(dir());
    const progress: string[] = [];
    const manifest = await buildImage(recipe, { onProgress: (line) => progress.push(line) });
    expect(manifestSchema.parse(JSON.parse(readFileSync(join(manifest.dir, "manifest.json"), "utf8")))).toEqual(
      manifest,
    );
    expect(manifest).toMatchObject({
      name: "fake",
      dir: imageDir(recipe),
      sizeBytes: { vm: 1234 },
      kernelRelease: "6.1.0-test",
      packages: { busybox: "1.35" },
    });
    expect(manifest.files.map((f) => f.path)).toEqual(["initrd.img", "vmlinuz"]);
    expect(progress).toEqual([expect.stringMatching(/^\[1\/1\] doing it with blue for a/)]);
    expect(readFileSync(join(manifest.dir, "build.log"), "utf8")).toContain("[1/1]");
    expect(await buildImage(recipe)).toEqual(manifest);
    expect(runs()).toBe(1);
  });

  it("builds once for two builders at a time", async () => {
    const recipe = fakeRecipe(dir());
    const [one, two] = await Promise.all([buildImage(recipe), buildImage(recipe)]);
    expect(one).toEqual(two);
    expect(runs()).toBe(1);
  });

  it("leaves only the log of a build that failed, and quotes its last line", async () => {
    const recipe = fakeRecipe(dir(), "#!/bin/sh\necho 'gcc: what is this'\nexit 3\n");
    await expect(buildImage(recipe)).rejects.toThrow("gcc: what is this");
    const key = basename(imageDir(recipe));
    expect(readdirSync(dirname(imageDir(recipe))).sort()).toEqual([`${key}.failed.log`, `${key}.lock`]);
  });

  it("ends a build's processes and mounts with the builder", async () => {
    const recipe = fakeRecipe(dir(), `#!/bin/sh\nmount -t tmpfs none "$GB_WORK"\necho '[1/1] mounted'\nsleep 321.5\n`);
    const module = JSON.stringify(join(import.meta.dirname, "builder.ts"));
    const code = `const { buildImage } = await import(${module});
      await buildImage(${JSON.stringify(recipe)}, { onProgress: (line) => console.log(line) });`;
    const builder = execa(process.execPath, ["--input-type=module", "-e", code], { reject: false });
    await new Promise((resolve) => builder.stdout.once("data", resolve));
    builder.kill("SIGKILL");
    await builder;
    const sleeping = async () => (await execa("pgrep", ["-f", "^sleep 321.5"], { reject: false })).stdout;
    await expect.poll(sleeping).toBe("");
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain(dir());
    await sweep(dirname(imageDir(recipe)), imageDir(recipe));
    expect(readdirSync(dirname(imageDir(recipe))).filter((n) => n.startsWith(".build-"))).toEqual([]);
  });
});

it("refuses to start without the space, in one line that says what to do", async () => {
  const recipe = fakeRecipe(dir());
  const refused = buildImage({ ...recipe, needsDiskMiB: 500 }, { freeMiB: () => 499 });
  await expect(refused).rejects.toThrow(
    /^no disk space for the image fake: building takes 500 MiB .* 499 MiB are free; [^\n]*$/,
  );
  expect(existsSync(imageDir(recipe))).toBe(false);
  expect(() => requireSpace(recipe, "/", recipe.needsDiskMiB)).not.toThrow();
});

it("sweeps what the dead left and nothing of the living", async () => {
  const cache = join(dir(), "cache", "images");
  for (const name of ["dead-1", "alive-1", "ours-1"]) {
    mkdirSync(join(cache, `.build-${name}`, "out"), { recursive: true });
    writeFileSync(join(cache, `.build-${name}`, "out", "file"), "");
  }
  const alive = await lock(join(cache, "alive-1.lock"));
  await sweep(cache, join(cache, "ours-1"));
  await alive.release();
  expect(readdirSync(cache).filter((n) => n.startsWith(".build-"))).toEqual([".build-alive-1"]);
});

root("an image for another architecture", () => {
  it("lies beside this machine's own, and its manifest says what it is for", async () => {
    const recipe = { ...fakeRecipe(dir()), cross: true };
    const [own, other] = hostArchitecture() === "amd64" ? (["amd64", "arm64"] as const) : (["arm64", "amd64"] as const);
    const made = [await buildImage(recipeFor(recipe, own)), await buildImage(recipeFor(recipe, other))];
    expect(made.map(({ architecture }) => architecture)).toEqual([own, other]);
    expect(new Set(made.map((manifest) => manifest.dir)).size).toBe(2);
    expect(made.map(({ name, key, dir: folder }) => `${name}-${key}` === basename(folder))).toEqual([true, true]);
    expect(readFileSync(join(made[1]?.dir ?? "", "build.log"), "utf8")).toContain(`for ${other}`);
  });
});

it("prints one line and code 2 for an image nobody has", async () => {
  const result = await execa(process.execPath, [join(import.meta.dirname, "build.ts"), "windows"], { reject: false });
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toBe(
    "usage: build.ts NAME [--architecture amd64|arm64] [--non-free], where NAME is one of busybox, debian, tinyx",
  );
  expect(result.stdout).toBe("");
});
