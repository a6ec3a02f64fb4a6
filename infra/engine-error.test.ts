import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { engineError } from "./engine-error.ts";
import { InfraError } from "./errors.ts";

/** What the engine printed when commands failed, captured. */
const captured = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", `${name}.txt`), "utf8");

test("a failed up names the resources and what their commands said, not their scripts", () => {
  const cause = new Error("exit code 255");
  const error = engineError("up", captured("up-failed"), cause);
  expect(error).toBeInstanceOf(InfraError);
  expect(error.cause).toBe(cause);
  expect(error.message).toBe(
    [
      "pulumi up failed",
      "  bridge-gbfail2: hi",
      "    only 3 of 5",
      "    second",
      "  bridge-gbfail: bridge gbfail is already there and is not this stack's: rename it in the stack, or remove it yourself",
    ].join("\n"),
  );
});

test("a failed destroy", () => {
  expect(engineError("destroy", captured("destroy-failed")).message).toBe("pulumi destroy failed\n  fine: gone wrong");
});

test("a program that failed keeps the list of its problems", () => {
  expect(engineError("up", captured("program-failed")).message).toContain(
    "\n  fixture-test: 2 problems:\n      - stacks/x.ts: a\n      - b\n  bridge-gbfail2: hi\n",
  );
});

const failed = (lines: string[]) =>
  ["Diagnostics:", "  command:local:Command (it):", ...lines, "", "Resources:", "    1 errored"].join("\n");

test("a silent command says how it ended", () => {
  const output = failed(['    error: exit status 1: running "set -eu\\nfalse":']);
  expect(engineError("up", output).message).toBe("pulumi up failed\n  it: exit status 1");
});

test("many words are cut to the last, long lines too", () => {
  const words = Array.from({ length: 50 }, (_, index) => `    line ${index} ${"x".repeat(400)}`);
  const { message } = engineError("up", failed(['    error: exit status 1: running "make":', ...words]));
  expect(message.split("\n")).toHaveLength(13);
  expect(message).toContain("it: line 38");
  expect(Math.max(...message.split("\n").map((line) => line.length))).toBeLessThan(320);
});

test("warnings of resources that did not fail are left out", () => {
  const output = [
    "Diagnostics:",
    "  libvirt:index:Domain (a):",
    "    warning: old",
    "  docker:index:Container (b):",
    "    error: no space left",
  ].join("\n");
  expect(engineError("up", output).message).toBe("pulumi up failed\n  b: no space left");
});

test("without diagnostics, the engine's last errors are shown, or those of its process", () => {
  expect(engineError("preview", "starting\nerror: no stack selected\n").message).toBe(
    "pulumi preview failed\n  no stack selected",
  );
  const cause = new Error("code: 255\nstdout: \nstderr: \nerror: could not decrypt\n");
  expect(engineError("preview", "", cause).message).toBe("pulumi preview failed\n  could not decrypt");
  expect(engineError("preview", "", undefined).message).toBe("pulumi preview failed");
});
