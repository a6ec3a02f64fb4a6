import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "./errors.ts";
import { loadStack } from "./load.ts";

const hostKey = `ssh-ed25519 ${"A".repeat(68)}`;
const stackOf = (host: string) =>
  `export default { host: ${host}, networks: { lan: { type: "tap-bridge" } }, guests: { a: { platform: "bare-metal", image: "debian" } } };`;
const remote = stackOf(`{ access: { type: "ssh", address: "old.example", user: "root" } }`);
let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "config-"));
  vi.stubEnv("GUESTBENCH_STACKS", dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

/** A stack file, and beside it what `pulumi config set` would have written. */
const load = (source: string, config: string) => {
  writeFileSync(join(dir, "rack7.ts"), source);
  writeFileSync(join(dir, "Pulumi.rack7.yaml"), config);
  return loadStack("rack7");
};
const accessOf = async (config: string) => (await load(remote, config)).host.access;
const problemsOf = async (source: string, config: string) => {
  const error = await load(source, config).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems;
};

test("what is configured goes before what the stack says, and the rest stays", async () => {
  const config = [
    "encryptionsalt: v1:abc:def",
    "config:",
    "  guestbench:address: 192.0.2.7",
    '  guestbench:port: "2222"',
    `  guestbench:hostKey: ${hostKey}`,
    "  guestbench:identityFile: ~/.ssh/rack7",
    "  docker:host: unix:///run/docker.sock",
    "",
  ];
  expect(await accessOf(config.join("\n"))).toEqual({
    ...{ type: "ssh", address: "192.0.2.7", port: 2222, user: "root" },
    ...{ hostKey, identityFile: "~/.ssh/rack7" },
  });
});

test.each([
  ["no value", "config:\n  docker:host: x\n"],
  ["no config", "encryptionsalt: v1:abc:def\n"],
  ["only a comment", "# guestbench:address\n"],
  ["nothing", ""],
])("a file with %s changes nothing", async (_, config) => {
  expect(await accessOf(config)).toEqual({ type: "ssh", address: "old.example", user: "root" });
});

describe("problems are named by file and key", () => {
  test.each([
    ["unknown key", "adress: 192.0.2.7", 'adress: unknown key "adress"; did you mean "address"?'],
    ["inherited name", "toString: x", 'toString: unknown key "toString"'],
    ["part of a port", 'port: "2.5"', 'port: expected a number, not "2.5"'],
    ["no such port", 'port: "70000"', "port: expected at most 65535, not 70000"],
    ["half a key", "hostKey: ssh-ed25519", "hostKey: expected the host's public key"],
    ["no name", 'address: "-oProxyCommand=x"', "address: expected a host name, an address, or a Host of ~/.ssh/config"],
    ["encrypted", "user:\n    secure: v1:abc=", "user: an encrypted value is not read here"],
  ])("%s", async (_, line, message) => {
    const [first = "", ...others] = await problemsOf(remote, `config:\n  guestbench:${line}\n`);
    const whole = `stacks/Pulumi.rack7.yaml: guestbench:${message}`;
    expect(first.slice(0, whole.length)).toBe(whole);
    expect(others).toEqual([]);
  });

  test("a broken file", async () => {
    const [first] = await problemsOf(remote, "config:\n  guestbench:address: [192.0.2.7\n");
    expect(first).toMatch(/^stacks\/Pulumi\.rack7\.yaml: .*line 3/);
  });

  test.each([
    ["this machine", "{}"],
    ["an emulated one", `{ access: { type: "emulated", lab: "kvm" } }`],
  ])("a host that is %s has no address", async (_, host) => {
    expect(await problemsOf(stackOf(host), "config:\n  guestbench:address: 192.0.2.7\n")).toEqual([
      'stacks/Pulumi.rack7.yaml: guestbench:address: the host of stacks/rack7.ts is not reached over ssh: set host.access.type to "ssh" there, or `npx pulumi config rm address -s rack7`',
    ]);
  });

  test("those of both files at once", async () => {
    const source = stackOf(`{ access: { type: "ssh", port: 0 } }`);
    expect(await problemsOf(source, "config:\n  guestbench:user: Root\n")).toEqual([
      "stacks/Pulumi.rack7.yaml: guestbench:user: expected a user name such as root",
      "stacks/rack7.ts: host.access.port: expected at least 1, not 0",
    ]);
  });
});
