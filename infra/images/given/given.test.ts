import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { obtainFor } from "../../artefacts/index.ts";
import { elfOf } from "../../artefacts/test-files.ts";
import { ConfigError, InfraError } from "../../errors.ts";
import { parseStack } from "../../stack.ts";
import { artefactsCacheDir } from "../../toolchain/paths.ts";
import { buildImage } from "../builder.ts";
import { imageKey } from "../image.ts";
import { useTemporaryCache } from "../test-recipe.ts";
import { type GivenFieldsOf, givenImageOf, givenImages, givenRecipe } from "./index.ts";

const dir = useTemporaryCache();
const file = (digit: string) => ({ file: `/given/${digit}`, sha256: digit.repeat(64) });
const wiring = {
  address: "198.18.0.13",
  netmask: "255.255.255.0",
  prefix: 24,
  gateway: "198.18.0.1",
  console: "ttyS0",
};

/** One of each type, as a stack would say it. */
const examples: Record<string, object> = {
  osv: { application: "iperf", kernel: file("a"), disk: file("b"), command: ["/tools/iperf", "-s"] },
  rumprun: { application: "mysql", kernel: file("a"), command: ["mysqld", "--user=root"] },
  includeos: {
    application: "http",
    chainloader: file("a"),
    service: file("b"),
    arguments: ["{address}/{netmask}", "{gateway}", "{x}"],
  },
  mirageos: { application: "http", kernel: file("a"), arguments: ["--port=80"] },
  linuxkit: { application: "iperf", kernel: file("a"), initrd: file("b"), cmdline: "quiet" },
};

const fieldsOf = (type: string, more: object = {}): GivenFieldsOf =>
  givenImageOf(type)?.schema.parse({ type, ...examples[type], ...more }) as GivenFieldsOf;

test("every type in this folder is registered under its file's name", () => {
  const declared = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) => /= defineGivenImage\(/.test(readFileSync(join(import.meta.dirname, name), "utf8")))
    .map((name) => name.replace(/\.ts$/, ""));
  expect(givenImages.map(({ type }) => type).sort()).toEqual(declared.sort());
  expect(Object.keys(examples).sort()).toEqual(declared.sort());
});

describe.each(Object.keys(examples))("%s", (type) => {
  test("is told its address and what to run in its own way", () => {
    expect(givenRecipe("mine", fieldsOf(type)).boot?.(wiring)).toMatchSnapshot();
  });

  test("its files are what its roles say, and its size counts them", () => {
    const recipe = givenRecipe("mine", fieldsOf(type));
    expect(Object.keys(recipe.files)).toEqual(recipe.given?.files.map(({ role }) => role));
    expect(recipe.sizeFiles.vm).toEqual(Object.keys(recipe.files));
  });

  test("its key follows its checksums and its command, and nothing else of this machine", () => {
    const key = (fields: GivenFieldsOf, sshKeys = ["a"]) => imageKey(givenRecipe("mine", fields), { sshKeys });
    const other = fieldsOf(type, { version: "2" });
    expect(key(fieldsOf(type), ["b"])).toBe(key(fieldsOf(type)));
    expect(key(other)).not.toBe(key(fieldsOf(type)));
  });

  test("no command can be run in it, and a workload asks for its application", () => {
    const recipe = givenRecipe("mine", fieldsOf(type));
    expect(recipe.capabilities).not.toContain("shell");
    expect(recipe.given?.offers).toEqual([`application:${fieldsOf(type).application}`]);
  });
});

test("what a unikernel cannot do is not among its capabilities", () => {
  for (const type of ["osv", "rumprun", "includeos", "mirageos"])
    for (const capability of ["fork", "exec", "shell"] as const)
      expect(givenImageOf(type)?.capabilities).not.toContain(capability);
  expect(givenImageOf("osv")?.capabilities).toContain("threads");
});

const lan = { type: "tap-bridge" };
const vm = (fields: object = {}) => ({ platform: "kvm", image: "mine", address: "198.18.0.10", ...fields });
function problemsOf(input: object): readonly string[] {
  try {
    parseStack("demo", { networks: { lan }, guests: { a: vm() }, ...input });
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

test("a stack names its images, and guests use them by that name", () => {
  const images = { mine: { type: "osv", ...examples.osv } };
  const stack = parseStack("demo", { images, networks: { lan }, guests: { a: vm() } });
  expect(stack.plans.guests.a?.image).toMatchObject({
    name: "mine",
    initrd: null,
    capabilities: ["threads", "application:iperf"],
  });
  expect(problemsOf({ images: { debian: images.mine }, guests: { a: vm({ image: "debian" }) } })).toEqual([
    "stacks/demo.ts: images.debian: debian is an image of guestbench's own: give yours another name",
  ]);
  expect(problemsOf({ images: { mine: { ...images.mine, command: "iperf -s" } } })[0]).toContain("images.mine.command");
});

test("a type whose files are not given is declared all the same, but not on a platform that could never run it", () => {
  expect(problemsOf({ guests: { a: vm({ image: "osv" }) } })).toEqual([]);
  expect(problemsOf({ guests: { a: vm({ platform: "docker", image: "osv" }) } })[0]).toContain(
    "impossible combination docker × osv: image osv has no file system",
  );
});

describe("from the user's file to the image's folder", () => {
  const write = (name: string, content: Buffer) => {
    writeFileSync(join(dir(), name), content);
    return { file: join(dir(), name), sha256: createHash("sha256").update(content).digest("hex") };
  };
  const stackOf = (kernel: object) =>
    parseStack("demo", {
      images: { mine: { type: "mirageos", application: "http", version: "4.5", kernel } },
      networks: { lan },
      guests: { a: vm() },
    });

  test("its files are compared, then put together with a manifest", async () => {
    const stack = stackOf(write("kernel", elfOf(62)));
    await obtainFor(stack);
    const recipe = stack.plans.guests.a?.image.recipe;
    const manifest = await buildImage({ ...(recipe as NonNullable<typeof recipe>), target: "amd64" });
    expect(manifest).toMatchObject({
      name: "mine",
      architecture: "amd64",
      kernelRelease: "mirageos",
      kernelPackageVersion: "4.5",
    });
    expect(manifest.sizeBytes).toEqual({ vm: elfOf(62).length });
    expect(statSync(join(manifest.dir, "kernel")).size).toBe(elfOf(62).length);
  });

  test.each([
    ["no kernel", Buffer.from("#!/bin/sh\n"), /images\.mine: kernel: .* is not a kernel/],
    ["one for another architecture", elfOf(183), /images\.mine: kernel: .* is for arm64, not for x86_64/],
  ])("refused: %s", async (_, content, words) => {
    const refused = obtainFor(stackOf(write("kernel", content)));
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(words);
  });

  test("a cache that somebody emptied is no image", async () => {
    mkdirSync(artefactsCacheDir(), { recursive: true });
    await expect(buildImage({ ...givenRecipe("mine", fieldsOf("mirageos")), target: "amd64" })).rejects.toThrow(
      InfraError,
    );
  });
});
