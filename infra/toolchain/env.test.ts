import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { ConfigError } from "../errors.ts";
import { pulumiEnv, shellExports, writeResolved } from "./env.ts";

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "env's-")); // a quote in the path must not break the shell lines
  vi.stubEnv("GUESTBENCH_CACHE", join(tmpdir(), "env-cache"));
  mkdirSync(join(project, "bin"));
  writeFileSync(join(project, "bin/pulumi"), "");
  writeResolved({ node: process.execPath, pulumiBin: join(project, "bin") }, project);
});

test("by default: state and passphrase of the project, the pinned programs first on PATH", () => {
  const env = pulumiEnv(project, { PATH: "/usr/bin", HOME: "/home/x", GUESTBENCH_CACHE: "/cache" });
  expect(env.PATH?.split(":")).toEqual([join(process.execPath, ".."), join(project, "bin"), "/usr/bin"]);
  expect(env).toMatchObject({
    PULUMI_HOME: "/cache/pulumi-home",
    PULUMI_BACKEND_URL: `file://${project}/.guestbench/state`,
    PULUMI_CONFIG_PASSPHRASE_FILE: `${project}/.guestbench/passphrase`,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  });
});

test("the passphrase is made once, for the owner only", () => {
  const file = pulumiEnv(project, {}).PULUMI_CONFIG_PASSPHRASE_FILE ?? "";
  const made = readFileSync(file, "utf8");
  expect(made.trim().length).toBeGreaterThanOrEqual(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  pulumiEnv(project, {});
  expect(readFileSync(file, "utf8")).toBe(made);
});

test("the user's own back end and passphrase are kept", () => {
  const env = pulumiEnv(project, { PULUMI_BACKEND_URL: "s3://states", PULUMI_CONFIG_PASSPHRASE: "secret" });
  expect(env.PULUMI_BACKEND_URL).toBe("s3://states");
  expect(env).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
});

test("the shell lines set the same, and leave the user's own alone", () => {
  const script = `${shellExports(project)}printf '%s\\n' "$PULUMI_BACKEND_URL" "$PULUMI_CONFIG_PASSPHRASE_FILE" "$PATH"`;
  const run = (env: Record<string, string>) =>
    execFileSync("/bin/sh", ["-euc", script], { env, encoding: "utf8" }).split("\n");
  const expected = pulumiEnv(project, { PATH: "/usr/bin" });
  expect(run({ PATH: "/usr/bin" }).slice(0, 3)).toEqual([
    expected.PULUMI_BACKEND_URL,
    expected.PULUMI_CONFIG_PASSPHRASE_FILE,
    expected.PATH,
  ]);
  expect(
    run({ PATH: "/usr/bin", PULUMI_BACKEND_URL: "s3://x", PULUMI_CONFIG_PASSPHRASE_FILE: "/p" }).slice(0, 2),
  ).toEqual(["s3://x", "/p"]);
});

test("before the set-up, one message says what to run", () => {
  rmSync(join(project, "bin"), { recursive: true });
  expect(() => pulumiEnv(project, {})).toThrow(ConfigError);
  expect(() => pulumiEnv(project, {})).toThrow(/npm run setup/);
});
