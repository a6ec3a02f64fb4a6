import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lock } from "../../images/lock.ts";
import { useTemporaryCache } from "../../images/test-recipe.ts";
import { sweepTemplates } from "./template.ts";
import { templatesDir } from "./template-key.ts";

const dir = useTemporaryCache();

/** A template's folder, of an image in that folder. */
function template(name: string, image?: string): string {
  const path = join(templatesDir(), name);
  mkdirSync(path, { recursive: true });
  if (image) writeFileSync(join(path, "manifest.json"), JSON.stringify({ dir: image, name: "lab-kvm" }));
  return path;
}

test("what died while it was made goes, and what was made of an image that is gone; the rest stays", async () => {
  template("kvm-used", dir());
  template("kvm-orphan", join(dir(), "gone"));
  template("kvm-dead.new");
  const ours = template("kvm-ours");
  template("kvm-ours.new");
  const made = template("kvm-made");
  template("kvm-made.new");
  const held = await lock(`${made}.lock`);
  await sweepTemplates(ours);
  const folders = readdirSync(templatesDir(), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(["kvm-made", "kvm-made.new", "kvm-used"]);
  await held.release();
});
