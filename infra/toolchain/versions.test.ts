import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { libvirtSource } from "./parts.ts";
import { projectDir } from "./paths.ts";
import { versions } from "./versions.ts";

const json = (path: string) => JSON.parse(readFileSync(join(projectDir(), path), "utf8"));

test("the npm packages are those that the plugins belong to", () => {
  const { dependencies } = json("package.json");
  expect(dependencies["@pulumi/command"]).toBe(versions.command);
  expect(dependencies["@pulumi/docker"]).toBe(versions.docker);
});

test("the generated SDK asks for the bridge and the Terraform provider that are installed", () => {
  expect(json("sdks/libvirt/package.json").pulumi).toMatchObject({
    name: "terraform-provider",
    version: versions.terraformProvider,
  });
  expect(libvirtSource()).toMatchObject({
    version: versions.libvirt,
    url: expect.stringMatching(/\/dmacvicar\/libvirt$/),
  });
});

test("bootstrap.mjs, which can import nothing, repeats the right Node", () => {
  const text = readFileSync(join(import.meta.dirname, "bootstrap.mjs"), "utf8");
  expect(/^const pinnedNode = "([^"]+)";$/m.exec(text)?.[1]).toBe(versions.node);
});
