/** The look at this machine itself, with whatever shells it has. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { describe, expect, test } from "vitest";
import { thisMachine } from "../hosts/shell.ts";
import { describeSettings } from "../hosts/tune.ts";
import { captureEnvironment } from "./capture.ts";
import { renderEnvironment } from "./schema.ts";

const run = (argv: readonly [string, ...string[]]) => (script: string) =>
  execFileSync(argv[0], argv.slice(1), { input: script, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });

const capture = (argv: readonly [string, ...string[]]) =>
  captureEnvironment({
    stack: "local",
    sh: run(argv),
    settings: describeSettings(thisMachine),
    outputs: null,
    toolchain: {},
  });

test("twice gives the same bytes", () => {
  const [first, second] = [capture(["/bin/sh"]), capture(["/bin/sh"])];
  expect(renderEnvironment(second)).toBe(renderEnvironment(first));
});

test("names neither the host nor the user, nor their folders", () => {
  const text = renderEnvironment(capture(["/bin/sh"]));
  for (const name of [hostname(), userInfo().username])
    expect(text).not.toMatch(new RegExp(`"[^"]*=${name}\\b|"${name}"`));
  expect(text).not.toContain(`${homedir()}/`);
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4/);
});

describe.each([
  ["dash", ["/bin/dash"]],
  ["bash as sh", ["/bin/bash", "--posix"]],
  ["busybox", ["/bin/busybox", "sh"]],
] as const)("%s", (_, argv) => {
  test.runIf(existsSync(argv[0]))("says the same", () => {
    const here = capture(["/bin/sh"]);
    const there = capture(argv);
    // busybox's shell runs the ping it brings itself
    if (argv[0].endsWith("busybox")) Object.assign(there.tools.versions, { ping: here.tools.versions.ping });
    expect(there).toEqual(here);
  });
});

test("settings that up has still to change are left out", () => {
  const request = {
    stack: "local",
    sh: run(["/bin/sh"]),
    settings: { KSM: "0", SMT: "on" },
    outputs: null,
    toolchain: {},
  };
  const { settings } = captureEnvironment({ ...request, pending: ["SMT", "CPUs online"] });
  expect(settings).toEqual({ KSM: "0" });
});

test("a shell that dies on the way is an error", () => {
  expect(() =>
    captureEnvironment({
      ...{ stack: "local", settings: {}, outputs: null, toolchain: {} },
      sh: (script) => run(["/bin/sh"])(script).slice(0, 500),
    }),
  ).toThrow(/did not finish/);
});
