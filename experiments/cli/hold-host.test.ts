import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigError, InfraError } from "../../infra/errors.ts";
import type { Lease, takeHost } from "../../infra/provision.ts";
import { holdHost } from "./hold-host.ts";
import { plainProgress } from "./progress.ts";
import { Interrupted } from "./signals.ts";

type Answer = Awaited<ReturnType<typeof takeHost>>;
let told: string[];
let lines: string[];
beforeEach(() => {
  told = [];
  lines = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => told.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

const freed: string[] = [];
const lease: Lease = { release: () => void freed.push("released"), onRelease: (action) => action() };
const request = (wait: boolean, signal = new AbortController().signal) => ({
  ...{ stack: "local", command: "run", campaign: "local-1", wait, signal },
  progress: plainProgress({ write: (text: string) => lines.push(text) }),
});
/** A host that answers so, one answer after the other. */
function answering(...answers: Answer[]) {
  const asked: Parameters<typeof takeHost>[0][] = [];
  const ask = async (of: Parameters<typeof takeHost>[0]) => {
    asked.push(of);
    return answers[Math.min(asked.length, answers.length) - 1] as Answer;
  };
  return { asked, ask };
}

describe("holding the host", () => {
  test("a free one is held at once, without a step to show", async () => {
    const { asked, ask } = answering({ lease });
    const held = await holdHost(request(false), ask);
    expect(asked).toMatchObject([{ stack: "local", command: "run", campaign: "local-1" }]);
    expect(lines).toEqual([]);
    held.release();
    expect(freed.splice(0)).toEqual(["released"]);
  });

  test("one in use is refused as wrong input, with its holder and the way to wait", async () => {
    const { asked, ask } = answering({ busy: "this machine is in use by X" });
    await expect(holdHost(request(false), ask)).rejects.toThrow(
      new ConfigError("this machine is in use by X: `--wait` waits until it is free"),
    );
    expect(asked).toHaveLength(1);
  });

  test("one in use is waited for, and the user sees for whom", async () => {
    const { asked, ask } = answering({ busy: "in use by X" }, { busy: "in use by Y" }, { lease });
    const held = await holdHost(request(true), ask, 5);
    expect(held.lease).toBe(lease);
    expect(asked).toHaveLength(3);
    expect(lines.join("")).toMatch(/^Wait for the host\n {2}in use by X\nWait for the host: done in /);
  });

  test("an interruption ends the waiting", async () => {
    const abort = new AbortController();
    const { ask } = answering({ busy: "in use by X" });
    const waiting = holdHost(request(true, abort.signal), ask, 60_000);
    setTimeout(() => abort.abort(new Interrupted("SIGINT")), 20);
    await expect(waiting).rejects.toBeInstanceOf(Interrupted);
  });

  test("a dead holder is named aloud; a lease that is lost ends what goes on, with the reason", async () => {
    const { asked, ask } = answering({ lease });
    const { lost } = await holdHost(request(false), ask);
    asked[0]?.onTakeover("took this machine over from X: no sign of life for 75 s");
    expect(told.splice(0)).toEqual(["guestbench: took this machine over from X: no sign of life for 75 s\n"]);
    expect(lost.aborted).toBe(false);
    const reason = new InfraError("this machine was taken over by Y");
    asked[0]?.onLost(reason);
    expect(lost.reason).toBe(reason);
    expect(told).toEqual(["guestbench: this machine was taken over by Y\n"]);
  });

  test("a host that cannot be reached any more does not fail what was done", async () => {
    const broken: Lease = { ...lease, release: () => expect.fail("connection lost") };
    const held = await holdHost(request(false), answering({ lease: broken }).ask);
    expect(() => held.release()).not.toThrow();
    expect(told.join("")).toMatch(/could not be given back, and is free in a minute: connection lost/);
  });
});
