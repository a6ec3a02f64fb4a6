import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useTemporaryCache } from "./test-recipe.ts";

const dir = useTemporaryCache();

const keygen = (file: string, ...options: string[]) => execFileSync("ssh-keygen", ["-q", ...options, "-f", file]);

/** What a function of the recipes' library prints; GB_WORK is the test's folder. */
function library(call: string): Buffer {
  const file = join(import.meta.dirname, "lib", "initramfs.sh");
  const script = `set -euo pipefail; die() { echo "$*" >&2; exit 1; }; . '${file}'; ${call}`;
  mkdirSync(join(dir(), "work"), { recursive: true });
  const env = { ...process.env, LC_ALL: "C", GB_WORK: join(dir(), "work"), GB_ARCH: "arm64" };
  return execFileSync("bash", ["-c", script], { env, stdio: ["ignore", "pipe", "pipe"] });
}

/** SSH's form of a byte string: its length, then the bytes. */
const field = (bytes: Buffer | string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(bytes));
  return Buffer.concat([length, Buffer.from(bytes)]);
};

describe("dropbear_key", () => {
  it("writes the key's type, and the private and the public half as one string", () => {
    const file = join(dir(), "key");
    keygen(file, "-t", "ed25519", "-N", "", "-C", "a comment of any length");
    const made = library(`dropbear_key '${file}'`);
    const blob = Buffer.from(readFileSync(`${file}.pub`, "utf8").split(" ")[1] ?? "", "base64");
    const publicHalf = blob.subarray(-32);
    expect(blob).toEqual(Buffer.concat([field("ssh-ed25519"), field(publicHalf)]));
    expect(made).toEqual(
      Buffer.concat([field("ssh-ed25519"), field(Buffer.concat([made.subarray(19, 51), publicHalf]))]),
    );
    const pem = Buffer.from(readFileSync(file, "utf8").replaceAll(/^-.*$/gm, ""), "base64");
    expect(pem.includes(field(made.subarray(19)))).toBe(true);
  });

  it.each([
    ["with a passphrase", ["-t", "ed25519", "-N", "secret"]],
    ["of another type", ["-t", "ecdsa", "-N", ""]],
  ])("refuses a key %s", (_, options) => {
    const file = join(dir(), "key");
    keygen(file, ...options);
    expect(() => library(`dropbear_key '${file}'`)).toThrow(`${file} is not a plain ed25519 key`);
  });
});

it("reads what a program of any architecture loads, without running it", () => {
  expect(library("needed_libraries /bin/bash").toString().trim().split("\n")).toContain("libc.so.6");
  expect(library("multiarch").toString()).toBe("aarch64-linux-gnu\n");
});
