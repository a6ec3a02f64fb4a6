import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { downloadRelease, findChecksum, reachable } from "./release.ts";

const sum = "a".repeat(64);
let server: Server;
let url = "";
let checksums = "";

beforeAll(async () => {
  const base = mkdtempSync(join(tmpdir(), "release-"));
  mkdirSync(join(base, "pulumi"));
  writeFileSync(join(base, "pulumi/pulumi"), "the program");
  execFileSync("tar", ["-czf", "part.tar.gz", "pulumi"], { cwd: base });
  const archive = readFileSync(join(base, "part.tar.gz"));
  checksums = `${createHash("sha256").update(archive).digest("hex")}  part.tar.gz\n`;
  server = createServer((request, response) => {
    if (request.url === "/part.tar.gz") response.end(archive);
    else if (request.url === "/sums") response.end(checksums);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const target = () => mkdtempSync(join(tmpdir(), "unpacked-"));
const release = () => ({ url: `${url}/part.tar.gz`, checksumsUrl: `${url}/sums` });

test("the checksum is found by the exact file name", () => {
  expect(findChecksum(`${sum}  a-linux-x64.tar.gz\n`, "a-linux-x64.tar.gz")).toBe(sum);
  expect(findChecksum(`${sum} *a.tar.gz\n`, "a.tar.gz")).toBe(sum);
  expect(findChecksum(`${sum}  other.tar.gz\nshort  a.tar.gz\n`, "a.tar.gz")).toBeUndefined();
});

test("an archive with the right sum is unpacked", async () => {
  const dir = target();
  await downloadRelease(release(), dir, () => {});
  expect(readFileSync(join(dir, "pulumi/pulumi"), "utf8")).toBe("the program");
});

test("an archive with another sum is refused", async () => {
  checksums = `${sum}  part.tar.gz\n`;
  await expect(downloadRelease(release(), target(), () => {})).rejects.toThrow(/has SHA-256 .* its release says a+/);
});

test("a release that is not there is an error that names the address", async () => {
  const missing = { url: `${url}/gone.tar.gz`, checksumsUrl: `${url}/gone` };
  await expect(downloadRelease(missing, target(), () => {})).rejects.toThrow(/\/gone answers 404/);
});

test("an open port is reachable, a closed one is not", async () => {
  expect(await reachable(url)).toBe(true);
  expect(await reachable("http://127.0.0.1:1")).toBe(false);
});
