import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { InfraError } from "../../infra/errors.ts";
import type { Boot } from "../../infra/outputs.ts";
import { handlePower } from "./power.ts";
import { testHandle } from "./testbed.ts";

let dir: string;
let boot: Boot;
const sh = (script: string) => ["sh", "-c", script, "sh"];
const deadlines = { stopMs: 300, killMs: 300, pollMs: 10 };
const power = handlePower("test", "campaign", [], deadlines);
const forever = new AbortController().signal;
const handle = testHandle("a.vm", true);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "gb-power-"));
  const on = join(dir, "on");
  boot = {
    start: sh(`echo "$GUESTBENCH_STACK $GUESTBENCH_CAMPAIGN" > ${on}`),
    stop: sh(`rm ${on}`),
    kill: sh(`rm -f ${on}; touch ${dir}/killed`),
    status: { argv: sh(`if [ -e ${on} ]; then echo running; else echo off; exit 1; fi`), on: "running" },
    pid: null,
    console: null,
    memory: null,
  };
});

test("start, status and stop by the handle's commands; processes are marked with stack and campaign", async () => {
  expect(await power.isOn(boot)).toBe(false);
  await power.start(handle, boot, forever);
  expect(await power.isOn(boot)).toBe(true);
  expect(readFileSync(join(dir, "on"), "utf8")).toBe("test campaign\n");
  expect(await power.stop(boot, forever)).toBe("stopped");
  expect(await power.isOn(boot)).toBe(false);
  expect(existsSync(join(dir, "killed"))).toBe(false);
  expect(await power.stop(boot, forever)).toBe("stopped");
});

test("a guest that takes its time is waited for, one that ignores the request is killed at the deadline", async () => {
  writeFileSync(join(dir, "on"), "");
  expect(await power.stop({ ...boot, stop: sh(`(sleep 0.1; rm ${dir}/on) >/dev/null 2>&1 & wait`) }, forever)).toBe(
    "stopped",
  );
  for (const stop of [sh("true"), sh("exit 1"), sh("sleep 60")]) {
    writeFileSync(join(dir, "on"), "");
    expect(await power.stop({ ...boot, stop }, forever)).toBe("killed");
    expect(await power.isOn(boot)).toBe(false);
  }
});

test("an abort while it powers off cuts the power at once", async () => {
  writeFileSync(join(dir, "on"), "");
  const abort = new AbortController();
  const slow = handlePower("test", "campaign", [], { ...deadlines, stopMs: 60_000 });
  const stopped = slow.stop({ ...boot, stop: sh("sleep 60") }, abort.signal);
  setTimeout(() => abort.abort(), 50);
  expect(await stopped).toBe("killed");
});

test("a guest that survives its kill is an error, and so is a start that fails", async () => {
  writeFileSync(join(dir, "on"), "");
  await expect(power.kill({ ...boot, kill: sh("echo denied >&2") })).rejects.toThrow(/still has power.*denied/s);
  const failing = { ...boot, start: sh("echo no such domain >&2; exit 3") };
  await expect(power.start(handle, failing, forever)).rejects.toThrow(InfraError);
  await expect(power.start(handle, failing, forever)).rejects.toThrow(/no such domain/);
  await expect(power.isOn({ ...boot, status: { argv: ["/nonexistent"], on: "x" } })).rejects.toThrow(InfraError);
});
