import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { expect, it } from "vitest";
import { ensureSshKeys, GUEST_HOST_ALIAS, sshKeyTexts } from "./ssh-keys.ts";
import { useTemporaryCache } from "./test-recipe.ts";

const dir = useTemporaryCache();

it("makes the keys once, private ones unreadable for others, and keeps them", () => {
  const keys = ensureSshKeys();
  const before = readFileSync(keys.identityFile, "utf8");
  expect(statSync(keys.identityFile).mode & 0o777).toBe(0o600);
  expect(statSync(keys.hostKeyFile).mode & 0o777).toBe(0o600);
  expect(ensureSshKeys()).toEqual(keys);
  expect(readFileSync(keys.identityFile, "utf8")).toBe(before);
  expect(sshKeyTexts(keys)).toEqual([
    expect.stringMatching(/^ssh-ed25519 \S+$/),
    expect.stringMatching(/^ssh-ed25519 \S+$/),
  ]);
});

it("derives what is missing from the private keys", () => {
  const keys = ensureSshKeys();
  const texts = sshKeyTexts(keys);
  rmSync(keys.identityPublicFile);
  rmSync(keys.knownHostsFile);
  expect(sshKeyTexts(ensureSshKeys())).toEqual(texts);
});

it("lets ssh find the guests' host key by the alias", () => {
  const keys = ensureSshKeys(join(dir(), "other"));
  const found = execaSync("ssh-keygen", ["-F", GUEST_HOST_ALIAS, "-f", keys.knownHostsFile]).stdout;
  expect(found).toContain(sshKeyTexts(keys)[1]);
});
