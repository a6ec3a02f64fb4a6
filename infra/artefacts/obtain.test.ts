import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "../errors.ts";
import { artefactsCacheDir, tempDir } from "../toolchain/paths.ts";
import { artefactSchema } from "./artefact.ts";
import type { Kind } from "./identify.ts";
import { artefactFile, obtainArtefacts } from "./obtain.ts";
import { elfOf } from "./test-files.ts";

const program = elfOf(62);
const sha256 = createHash("sha256").update(program).digest("hex");
let dir = "";
let server: Server;
let base = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/program") response.end(program);
    else if (request.url === "/cut")
      response.writeHead(200, { "content-length": "1000" }).write("x", () => response.destroy());
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "guestbench-artefacts-"));
  vi.stubEnv("GUESTBENCH_CACHE", join(dir, "cache"));
  writeFileSync(join(dir, "program"), program);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const wanted = (fields: object, kind: Kind = "program", architecture: string | null = "x86_64") => ({
  artefact: artefactSchema.parse({ sha256, ...fields }),
  field: "artefacts.it",
  kind,
  architecture,
});
const given = () => wanted({ file: join(dir, "program") });

async function problems(...args: Parameters<typeof obtainArtefacts>): Promise<readonly string[]> {
  const error = await obtainArtefacts(...args).then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems;
}

test.each(["file", "url"] as const)("one from a %s lies in the cache under its checksum", async (from) => {
  const one = from === "file" ? given() : wanted({ url: `${base}/program` });
  await obtainArtefacts([one]);
  expect(readFileSync(artefactFile(one.artefact))).toEqual(program);
  expect(readdirSync(tempDir())).toEqual([]);
});

test("what is in the cache is not asked for again, wherever it came from", async () => {
  await obtainArtefacts([given()]);
  await obtainArtefacts([wanted({ url: "http://127.0.0.1:1/gone" })]);
});

describe("refused before anything starts", () => {
  test("a wrong checksum, and nothing is kept", async () => {
    const wrong = {
      ...given(),
      artefact: artefactSchema.parse({ file: join(dir, "program"), sha256: "0".repeat(64) }),
    };
    const all = "0".repeat(64);
    expect(await problems([wrong])).toEqual([
      `artefacts.it: ${join(dir, "program")} has SHA-256 ${sha256}, and the stack says ${all}`,
    ]);
    expect(readdirSync(artefactsCacheDir())).toEqual([]);
    expect(readdirSync(tempDir())).toEqual([]);
  });

  test("a wrong architecture, by its header and by its declaration", async () => {
    expect(await problems([{ ...given(), architecture: "arm64" }])).toEqual([
      `artefacts.it: ${join(dir, "program")} is for x86_64, not for arm64`,
    ]);
    const declared = wanted({ file: join(dir, "program"), architecture: "arm64" }, "file");
    expect(await problems([declared])).toEqual([
      `artefacts.it: ${join(dir, "program")} is declared for arm64, and the host is x86_64`,
    ]);
  });

  test("what is not the kind that is asked for, also from the cache", async () => {
    await obtainArtefacts([given()]);
    expect(await problems([{ ...given(), kind: "archive" }])).toEqual([
      `artefacts.it: ${join(dir, "program")} is not an archive: neither tar, gzip, xz, bzip2 nor zip`,
    ]);
  });

  test.each([
    ["no server", "http://127.0.0.1:1/it", /^artefacts\.it: http:\/\/127\.0\.0\.1:1\/it cannot be reached: .+/],
    ["not found", "/gone", /answers 404$/],
    ["cut short", "/cut", /^artefacts\.it: .+/],
  ])("an unreachable URL: %s", async (_, path, words) => {
    const url = path.startsWith("http") ? path : base + path;
    expect(await problems([wanted({ url })])).toEqual([expect.stringMatching(words)]);
    expect(existsSync(artefactFile(given().artefact))).toBe(false);
  });

  test("no file, or a folder", async () => {
    expect(await problems([wanted({ file: "/nonexistent/it" }), wanted({ file: dir })])).toEqual([
      "artefacts.it: /nonexistent/it is not there",
      `artefacts.it: ${dir} is not a file`,
    ]);
  });

  test.each(["file", "url"] as const)("no space for one from a %s", async (from) => {
    const one = from === "file" ? given() : wanted({ url: `${base}/program` });
    const [line] = await problems([one], { freeBytes: () => 10 });
    expect(line).toContain("no disk space for");
    expect(line).toContain("set GUESTBENCH_CACHE");
    expect(readdirSync(artefactsCacheDir())).toEqual([]);
  });
});

test("one of a file and a url, and a whole checksum", () => {
  for (const wrong of [
    {},
    { file: "/a", url: "http://a/b" },
    { file: "a" },
    { url: "ftp://a/b" },
    { file: "/a", sha256: "abc" },
  ])
    expect(artefactSchema.safeParse({ sha256, ...wrong }).success).toBe(false);
});
