import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterEach, beforeEach, expect, it } from "vitest";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "gb-content-"));
  mkdirSync(join(dir, "etc"));
  writeFileSync(join(dir, "etc", "passwd"), "root");
  writeFileSync(join(dir, "etc", "key of ada"), "secret 1");
  symlinkSync("passwd", join(dir, "etc", "link"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const hash = () => {
  const script = `. '${import.meta.dirname}/lib/common.sh'; content_hash "$1" 'etc/key of ada'`;
  return execaSync("bash", ["-c", script, "test", dir]).stdout;
};

it("depends on neither times nor the files that are left out", () => {
  const before = hash();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  utimesSync(join(dir, "etc", "passwd"), 1, 1);
  writeFileSync(join(dir, "etc", "key of ada"), "secret 2");
  expect(hash()).toBe(before);
});

it.each([
  ["bytes", () => writeFileSync(join(dir, "etc", "passwd"), "toor")],
  ["a mode", () => chmodSync(join(dir, "etc", "passwd"), 0o600)],
  [
    "a link's target",
    () => {
      unlinkSync(join(dir, "etc", "link"));
      symlinkSync("shadow", join(dir, "etc", "link"));
    },
  ],
  ["a name", () => writeFileSync(join(dir, "etc", "new"), "")],
  ["a folder", () => mkdirSync(join(dir, "empty"))],
])("depends on %s", (_, change) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});
