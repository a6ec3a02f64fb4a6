import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import type { Manifest } from "../images/image.ts";
import type { Handle, Outputs } from "../outputs.ts";
import { testbedOf } from "./testbed.ts";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

/** What one user's build and stack tell; keys are part of the disk, and so of its hash and of the image's key. */
function outputsOf(user: string, stack: string): Outputs {
  const cache = `/home/${user}/.cache/guestbench`;
  const key = hash(user).slice(0, 16);
  const file = (path: string, text: string | null) => ({
    ...{ path, bytes: user.length, allocatedBytes: 0 },
    sha256: text === null ? null : hash(text),
  });
  const manifest: Manifest = {
    name: "debian",
    key,
    architecture: "amd64",
    dir: `${cache}/images/debian-${key}`,
    files: [
      file("vmlinuz", "kernel"),
      file("disk.raw", `disk with keys of ${user}`),
      file("tree", null),
      file("docker", null),
    ],
    sizeBytes: { vm: 1 },
    content: { "disk.raw": hash("disk"), tree: hash("tree") },
    kernelRelease: "6.1.0",
    kernelPackageVersion: "6.1.1-1",
    packages: { libc6: "2.36", bash: "5.2" },
    tools: { mke2fs: "1.47" },
    system: `Debian GNU/Linux 12 (bookworm), kernel 6.1.0-${user}`,
    builtAt: `2026-01-0${user.length}T00:00:00.000Z`,
    buildSeconds: user.length,
  };
  const runtimeDir = `/run/guestbench/${stack}`;
  const uuid = `${hash(stack).slice(0, 8)}-0000-5000-a000-000000000000`;
  const guest: Handle = {
    ...{ name: "a.vm", platform: "kvm", image: "debian", network: "lan", architecture: "x86_64", vcpus: 1 },
    ...{ memoryMiB: 1024, cpus: "1", accelerator: "tcg", functionalOnly: "emulated", address: "198.18.0.11" },
    ...{ mac: "52:54:00:12:00:0b", interface: "gbt18-0-11", capabilities: ["shell"], access: null },
    ready: { type: "shell", deadlineMs: 1000 },
    boots: {},
    imageFiles: [{ path: `${manifest.dir}/vmlinuz`, role: "vmlinuz", bytes: 1 }],
    settings: { vhost: "off", "kernel command line": `log=${runtimeDir}/x` },
    definition: [
      `<name>gb_${stack}_a.vm</name>`,
      `<uuid>${uuid}</uuid>`,
      `<guest stack='${stack}'/>`,
      `<kernel>${manifest.dir}/vmlinuz</kernel>`,
      `<source path='${runtimeDir}/console/gb_${stack}_a.vm.log'/>`,
      `<source path='${cache}/ssh/known_hosts'/>`,
      "<mac address='52:54:00:12:00:0b'/>",
      "",
    ].join("\n"),
  } as Handle;
  return {
    schemaVersion: 1,
    stack,
    host: {
      ...{ name: `${user}-laptop`, architecture: "x86_64", cpuModel: "cpu", cpus: 2, memoryMiB: 4096, kernel: "6.1" },
      ...{
        os: "Debian",
        virtualized: null,
        accelerator: { name: "tcg", reason: "none" },
        tools: {},
        runtimeDir,
        run: [],
      },
    },
    networks: {
      lan: {
        ...{ type: "tap-bridge", subnet: "198.18.0.0/24", hostAddress: "198.18.0.1", bridge: "gbr0" },
        settings: {},
        client: { argv: ["ip", "netns", "exec", "gb-client"], address: "198.18.0.2", interface: "eth0", cpus: "0" },
      },
    },
    images: { debian: manifest },
    guests: { "a.vm": guest },
    unavailable: {},
  };
}

const captured = (user: string, stack = "local") =>
  testbedOf(outputsOf(user, stack), () => "recipe", [
    [`/home/${user}/.cache/guestbench/`, "<cache>/"],
    [`/home/${user}/`, "<home>/"],
  ]);

describe("two users of one testbed", () => {
  test("see the same: their ssh keys, caches and build times do not show", () => {
    expect(captured("ada")).toEqual(captured("grace"));
    expect(JSON.stringify(captured("ada"))).not.toMatch(/ada|laptop|\d{4}-\d\d-\d\dT|\/home\//);
  });

  test("see the same of two stacks that declare the same", () => {
    expect(captured("ada", "local")).toEqual(captured("ada", "rack7"));
  });
});

test("a definition keeps what is declared, with roles for what is private", () => {
  expect(captured("ada").guests?.["a.vm"]?.definition).toEqual([
    "<name>gb_<stack>_a.vm</name>",
    "<uuid><uuid></uuid>",
    "<guest stack='<stack>'/>",
    "<kernel><image debian>/vmlinuz</kernel>",
    "<source path='<runtime>/console/gb_<stack>_a.vm.log'/>",
    "<source path='<cache>/ssh/known_hosts'/>",
    "<mac address='52:54:00:12:00:0b'/>",
  ]);
});

test("a file without keys is named by its bytes, one with keys by its content, a folder without a hash not at all", () => {
  expect(captured("ada").images?.debian).toMatchObject({
    recipe: "recipe",
    system: "Debian GNU/Linux 12 (bookworm)",
    files: {
      vmlinuz: `sha256 ${hash("kernel")}`,
      "disk.raw": `content ${hash("disk")}`,
      tree: `content ${hash("tree")}`,
    },
  });
  expect(Object.keys(captured("ada").images?.debian?.files ?? {})).not.toContain("docker");
});

test("of a host that is another machine: paths of the image's copy there, and no way to get there", () => {
  const outputs = outputsOf("ada", "rack7");
  outputs.host.run = ["/run/guestbench-ssh/rack7/run"];
  outputs.networks.lan?.client.argv.unshift(...outputs.host.run);
  const { dir } = outputs.images.debian as Manifest;
  (outputs.guests["a.vm"] as Handle).definition = `<a>/var/lib/guestbench/rack7/images/${basename(dir)}/vmlinuz</a>`;
  const { guests, networks } = testbedOf(outputs, () => null);
  expect(guests?.["a.vm"]?.definition).toEqual(["<a><image debian>/vmlinuz</a>"]);
  expect(networks?.lan).toEqual(captured("ada").networks?.lan);
});

test("command lines of a network are one text", () => {
  expect(captured("ada").networks?.lan).toMatchObject({ client: { argv: "ip netns exec gb-client" }, bridge: "gbr0" });
});

test("a guest that nothing is told of has no definition", () => {
  const outputs = outputsOf("ada", "local");
  delete outputs.guests["a.vm"]?.definition;
  expect(testbedOf(outputs, () => null).guests?.["a.vm"]?.definition).toEqual([]);
});

test("this user's home is private by default", () => {
  const outputs = outputsOf("ada", "local");
  (outputs.guests["a.vm"] as Handle).definition = `<a>${homedir()}/x</a>`;
  expect(testbedOf(outputs, () => null).guests?.["a.vm"]?.definition).toEqual(["<a><home>/x</a>"]);
});
