import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
// @ts-expect-error plain JavaScript, because it runs before there is anything to compile with
import { alone, matches } from "./bootstrap-install.mjs";

let clone = "";
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "clone-"));
  mkdirSync(join(clone, "infra/toolchain"), { recursive: true });
  for (const file of ["bootstrap.mjs", "bootstrap-install.mjs"]) {
    cpSync(join(import.meta.dirname, file), join(clone, "infra/toolchain", file));
  }
  writeFileSync(join(clone, "package-lock.json"), '{"packages":{}}');
});

function bootstrap(args: string[]) {
  const argv = [join(clone, "infra/toolchain/bootstrap.mjs"), ...args];
  return spawnSync(process.execPath, argv, { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });
}

function setUp() {
  mkdirSync(join(clone, "node_modules/.bin"), { recursive: true });
  cpSync(join(clone, "package-lock.json"), join(clone, "node_modules/.guestbench-lock"));
}

test("before the set-up a command says what to run and installs nothing", () => {
  const { status, stderr } = bootstrap(["plan"]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/not set up.*\nRun `npm start`/);
  expect(stderr).not.toContain("    at ");
  expect(existsSync(join(clone, "node_modules"))).toBe(false);
});

test("a changed lock file counts as not set up", () => {
  setUp();
  writeFileSync(join(clone, "package-lock.json"), '{"packages":{"":{}}}');
  expect(bootstrap(["plan"]).status).toBe(2);
});

test("--run gives a TypeScript file its arguments, this Node first on PATH, and passes its exit code on", () => {
  setUp();
  const file = join(clone, "task.ts");
  writeFileSync(
    file,
    `const [node, script, ...args]: string[] = process.argv;
     console.log(JSON.stringify({ node, script, args, first: process.env.PATH?.split(":")[0] }));
     process.exitCode = 7;`,
  );
  const { status, stdout, stderr } = bootstrap(["--run", file, "--flag", "a b"]);
  expect(JSON.parse(stdout)).toEqual({
    node: process.execPath,
    script: file,
    args: ["--flag", "a b"],
    first: join(process.execPath, ".."),
  });
  expect(stderr).toBe("");
  expect(status).toBe(7);
});

test("--exec runs a program of node_modules/.bin and ends by the same signal", () => {
  setUp();
  writeFileSync(
    join(clone, "node_modules/.bin/tool"),
    "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);",
  );
  expect(bootstrap(["--exec", "tool"]).signal).toBe("SIGTERM");
  expect(bootstrap(["--exec", "missing"])).toMatchObject({ status: 2 });
});

test("node_modules that npm filled from this lock file is adopted; a missing or older package is not", () => {
  const lock = join(clone, "package-lock.json");
  const record = join(clone, "record.json");
  const write = (file: string, packages: object) => writeFileSync(file, JSON.stringify({ packages }));
  write(lock, {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "1.0.0", optional: true },
    "node_modules/c": { resolved: "sdks/c", link: true },
  });
  const present = { "node_modules/a": { version: "1.0.0" }, "node_modules/c": { resolved: "sdks/c", link: true } };
  expect(matches(lock, record)).toBe(false);
  write(record, present);
  expect(matches(lock, record)).toBe(true);
  write(record, { ...present, "node_modules/a": { version: "0.9.0" } });
  expect(matches(lock, record)).toBe(false);
  write(record, { "node_modules/a": present["node_modules/a"] });
  expect(matches(lock, record)).toBe(false);
});

test("the installation lock of a dead process is taken over", async () => {
  const lock = join(clone, ".guestbench/npm-install.lock");
  mkdirSync(join(clone, ".guestbench"));
  writeFileSync(lock, String(spawnSync("true").pid));
  let ran = false;
  await alone(lock, async () => {
    ran = existsSync(lock);
  });
  expect(ran).toBe(true);
  expect(existsSync(lock)).toBe(false);
});
