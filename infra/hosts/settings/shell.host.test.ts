/** Against this machine's kernel: a recorded host gives back what it holds however it is read, the kernel does not. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PRELUDE } from "./shell.ts";

const NUMBER = "/proc/sys/kernel/pid_max";

describe.each([
  { shell: "dash", argv: ["/bin/dash"] },
  { shell: "bash", argv: ["/bin/bash"] },
  { shell: "busybox", argv: ["/bin/busybox", "sh"] },
])("$shell", ({ argv: [program = "", ...args] }) => {
  test.runIf(existsSync(program))("reads a number of several digits whole", () => {
    const script = `${PRELUDE}\nget ${NUMBER}; printf %s "$v"`;
    const printed = execFileSync(program, [...args, "-c", script], { encoding: "utf8" });
    expect(Number(printed)).toBeGreaterThan(9);
    expect(printed).toBe(readFileSync(NUMBER, "utf8").trim());
  });
});
