import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InfraError } from "../../infra/errors.ts";
import type { Boot } from "../../infra/outputs.ts";
import { waitReady } from "./ready.ts";
import { plainNetwork, shellGuest } from "./testing.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guestbench-ready-"));
});
afterEach(() => rm(folder, { recursive: true }));

const signal = new AbortController().signal;
const boot = (overrides: Partial<Boot>): Boot => ({
  ...{ start: ["true"], stop: ["true"], kill: ["true"], status: { argv: ["echo", "running"], on: "running" } },
  ...{ pid: null, console: null, memory: null },
  ...overrides,
});
/** A shell that answers once the file exists. */
const shellBehind = (file: string) => ({
  type: "exec" as const,
  argv: ["sh", "-c", `test -e ${file} && eval "$1"`, "x"],
});

describe("waitReady", () => {
  it("resolves soon after the shell answers", async () => {
    const file = join(folder, "up");
    setTimeout(() => void writeFile(file, ""), 300);
    const ready = await waitReady(shellGuest({ access: shellBehind(file) }), {
      network: plainNetwork(),
      boot: null,
      signal,
    });
    expect(ready.durationMs).toBeGreaterThan(290);
    expect(ready.durationMs).toBeLessThan(1_000);
    expect(ready.tries).toBeGreaterThan(2);
  });

  it("gives up on a try that hangs and reports the console's last lines", async () => {
    const log = join(folder, "console.log");
    await writeFile(log, Array.from({ length: 40 }, (_, i) => `line ${i + 1}\r\n`).join(""));
    const guest = shellGuest({
      access: { type: "exec", argv: ["sh", "-c", "sleep 60"] },
      ready: { type: "shell", deadlineMs: 400 },
    });
    const waiting = waitReady(guest, { network: plainNetwork(), boot: boot({ console: log }), signal });
    await expect(waiting).rejects.toThrow(InfraError);
    await expect(waiting).rejects.toThrow(/not ready within 0.4 s .*did not end within/s);
    await expect(waiting).rejects.toThrow(/console\.log:\n {4}line 26\n(.*\n)+ {4}line 40$/);
  });

  it("fails as soon as the guest has lost its power", async () => {
    const guest = shellGuest({
      access: { type: "exec", argv: ["false"] },
      ready: { type: "shell", deadlineMs: 60_000 },
    });
    const off = boot({ status: { argv: ["echo", "shut off"], on: "running" } });
    const startedAt = performance.now();
    await expect(waitReady(guest, { network: plainNetwork(), boot: off, signal })).rejects.toThrow(/lost its power/);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("pings from where the client is", async () => {
    const guest = shellGuest({ ready: { type: "ping", deadlineMs: 300 } });
    const answers = plainNetwork({ argv: ["sh", "-c", 'test "$1" = ping', "x"] });
    expect((await waitReady(guest, { network: answers, boot: null, signal })).tries).toBe(1);
    const silent = plainNetwork({ argv: ["sh", "-c", "exit 1", "x"] });
    await expect(waitReady(guest, { network: silent, boot: null, signal })).rejects.toThrow(
      /a ping to 127.0.0.1 failed/,
    );
  });

  it("ends at once when aborted", async () => {
    const controller = new AbortController();
    const guest = shellGuest({
      access: { type: "exec", argv: ["false"] },
      ready: { type: "shell", deadlineMs: 60_000 },
    });
    setTimeout(() => controller.abort(new Error("Ctrl-C")), 100);
    const waiting = waitReady(guest, { network: plainNetwork(), boot: null, signal: controller.signal });
    await expect(waiting).rejects.toThrow("Ctrl-C");
  });
});
