import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { InfraError, WorkloadError } from "../../infra/errors.ts";
import type { Boot } from "../../infra/outputs.ts";
import { type ContextOptions, createBootContext, createContext } from "./runner.ts";
import { plainNetwork, shellGuest } from "./testing.ts";

let count = 0;

function options(overrides: Partial<ContextOptions> = {}): ContextOptions {
  return {
    stack: "test",
    campaign: `runner-test-${process.pid}-${count++}`,
    guest: shellGuest(),
    network: plainNetwork(),
    parameters: {},
    boot: null,
    saveRaw: async () => {},
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** Every live process that carries the campaign's mark. */
function processesOf(campaign: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      const marked = readFileSync(`/proc/${pid}/environ`, "utf8").includes(`GUESTBENCH_CAMPAIGN=${campaign}\0`);
      return marked && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
      return false;
    }
  });
}

async function expectNothingLeft(campaign: string) {
  for (let i = 0; i < 100 && processesOf(campaign).length > 0; i++) await delay(10);
  expect(processesOf(campaign)).toEqual([]);
}

describe("commands in the foreground", () => {
  it("returns what was printed", async () => {
    const context = createContext(options());
    const result = await context.inGuest("echo out; echo err >&2", { timeoutMs: 5_000 });
    expect(result).toEqual({ stdout: "out\n", stderr: "err\n", exitCode: 0 });
  });

  it("marks every process with the stack and the campaign", async () => {
    const settings = options({ network: plainNetwork({ argv: ["env", "WHERE=client"] }) });
    const context = createContext(settings);
    const print = ["sh", "-c", "echo $WHERE $GUESTBENCH_STACK $GUESTBENCH_CAMPAIGN"];
    expect((await context.onHost(print, { timeoutMs: 5_000 })).stdout).toBe(`test ${settings.campaign}\n`);
    expect((await context.inClient(print, { timeoutMs: 5_000 })).stdout).toBe(`client test ${settings.campaign}\n`);
  });

  it("quotes command, exit code and the last lines of stderr", async () => {
    const failing = createContext(options()).onHost(["sh", "-c", "seq 1 30 >&2; exit 7"], { timeoutMs: 5_000 });
    await expect(failing).rejects.toThrow(WorkloadError);
    await expect(failing).rejects.toThrow(/command `sh -c 'seq 1 30 >&2; exit 7'` ended with exit code 7:\n {4}21\n/);
    await expect(failing).rejects.toThrow(/ {4}30$/);
  });

  it("says which command is missing", async () => {
    const missing = createContext(options()).onHost(["no-such-tool", "-x"], { timeoutMs: 5_000, allowFailure: true });
    await expect(missing).rejects.toThrow(/`no-such-tool -x` could not be started: .*ENOENT/);
  });

  it("hands over a failure that is allowed", async () => {
    const result = await createContext(options()).inGuest("exit 3", { timeoutMs: 5_000, allowFailure: true });
    expect(result.exitCode).toBe(3);
  });

  it("ends grandchildren at the time limit", async () => {
    const settings = options();
    const slow = createContext(settings).onHost(["sh", "-c", "sleep 60 & sleep 60"], { timeoutMs: 150 });
    await expect(slow).rejects.toThrow(/did not end within 150 ms/);
    await expectNothingLeft(settings.campaign);
  });

  it("ends what a failed or slow command left in the guest's own session", async () => {
    for (const [command, message] of [
      ["sleep 60 & exit 4", /exit code 4/],
      ["sleep 60 & wait", /did not end/],
    ] as const) {
      const settings = options();
      await expect(createContext(settings).inGuest(command, { timeoutMs: 300 })).rejects.toThrow(message);
      await expectNothingLeft(settings.campaign);
    }
  });

  it("reaches what a command in the guest moved to a session of its own", async () => {
    const settings = options();
    const context = createContext(settings);
    const slow = context.inGuest("setsid sleep 62 & setsid sleep 62", { timeoutMs: 300 });
    await expect(slow).rejects.toThrow(/`setsid sleep 62 & setsid sleep 62` in guest shell did not end within 300 ms/);
    await expectNothingLeft(settings.campaign);
  });

  it("stops at once when aborted, also a command that ignores SIGTERM", async () => {
    const controller = new AbortController();
    const settings = options({ signal: controller.signal });
    const context = createContext(settings);
    const stuck = context.onHost(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], { timeoutMs: 60_000 });
    setTimeout(() => controller.abort(new Error("Ctrl-C")), 100);
    await expect(stuck).rejects.toThrow(/interrupted/);
    await expectNothingLeft(settings.campaign);
    await expect(context.onHost(["true"], { timeoutMs: 1_000 })).rejects.toThrow(/was not started/);
  });

  it("takes a lost ssh connection for the testbed's failure", async () => {
    const guest = shellGuest({ access: { type: "ssh", argv: ["sh", "-c", "echo no route >&2; exit 255"] } });
    const lost = createContext(options({ guest })).inGuest("true", { timeoutMs: 5_000 });
    await expect(lost).rejects.toThrow(InfraError);
    await expect(lost).rejects.toThrow(/no route/);
  });
});

describe("commands in the background", () => {
  it("waits for a text, stops by SIGINT and returns all output", async () => {
    const context = createContext(options());
    const script = "trap 'echo stopping; exit 5' INT; echo listening >&2; while :; do sleep 0.05; done";
    const server = await context.background("host", ["sh", "-c", script]);
    await server.waitFor("listening", 5_000);
    expect(await server.stop()).toEqual({ stdout: "stopping\n", stderr: "listening\n", exitCode: 5 });
  });

  it("does not wait for what cannot come", async () => {
    const context = createContext(options());
    const dead = await context.background("client", ["sh", "-c", "echo port in use >&2; exit 1"]);
    await expect(dead.waitFor("listening", 5_000)).rejects.toThrow(/ended early \(exit code 1\):\n {4}port in use/);
    const silent = await context.background("client", ["sleep", "60"]);
    await expect(silent.waitFor("listening", 50)).rejects.toThrow(/did not print "listening" within 50 ms/);
    await context.close();
  });

  it("reaches the process in the guest, not only the client that started it", async () => {
    const settings = options();
    const context = createContext(settings);
    const server = await context.background("guest", ["sh", "-c", "echo up; sleep 60 & wait"]);
    await server.waitFor("up", 5_000);
    expect(processesOf(settings.campaign).length).toBeGreaterThanOrEqual(2);
    await server.stop();
    await expectNothingLeft(settings.campaign);
  });

  it("kills a command that ignores SIGINT, and its grandchildren", async () => {
    const settings = options();
    const context = createContext(settings);
    const stubborn = await context.background("host", [
      "sh",
      "-c",
      "trap '' INT; (sleep 61 & sleep 61) & echo up; wait",
    ]);
    await stubborn.waitFor("up", 5_000);
    expect((await stubborn.stop()).exitCode).toBe(137);
    await expectNothingLeft(settings.campaign);
  });

  it("ends with the abort signal and with close", async () => {
    const controller = new AbortController();
    const settings = options({ signal: controller.signal });
    const context = createContext(settings);
    const waiting = (await context.background("guest", ["sleep", "60"])).waitFor("never", 5_000);
    const rejected = expect(waiting).rejects.toThrow(/interrupted/);
    await delay(100);
    controller.abort();
    await rejected;
    await expectNothingLeft(settings.campaign);

    const other = options();
    const second = createContext(other);
    await second.background("host", ["sleep", "60"]);
    await second.close();
    await expectNothingLeft(other.campaign);
  });
});

describe("the start command", () => {
  const boot = (start: string): Boot => ({
    start: ["sh", "-c", start],
    ...{ stop: ["true"], kill: ["true"], status: { argv: ["true"], on: "" }, pid: null, console: null, memory: null },
  });

  it("leaves running what it started", async () => {
    const settings = options();
    await createBootContext({ ...settings, boot: boot("sleep 60 & exit 0") }).start();
    const left = processesOf(settings.campaign);
    expect(left).toHaveLength(1);
    process.kill(Number(left[0]), "SIGKILL");
    await expectNothingLeft(settings.campaign);
  });

  it("fails as the testbed's failure", async () => {
    const starting = createBootContext({ ...options(), boot: boot("echo no such domain >&2; exit 1") }).start();
    await expect(starting).rejects.toThrow(InfraError);
    await expect(starting).rejects.toThrow(/no such domain/);
  });
});
