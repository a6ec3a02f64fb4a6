import { expect, test, vi } from "vitest";
import { ConfigError, InfraError } from "../../infra/errors.ts";
import { testbed, testTeardown } from "../campaign/testbed.ts";
import { conclude } from "./conclude.ts";
import type { CampaignEnd } from "./lifecycle.ts";
import { Interrupted } from "./signals.ts";

const bed = testbed();
const clean = testTeardown(true);

async function concluded(end: Partial<CampaignEnd>, interrupted: Interrupted | null = null, json = false) {
  const out: string[] = [];
  const err: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0);
  const whole: CampaignEnd = {
    ...{ folder: bed.folder, outcome: "complete", campaign: bed.campaign, teardown: clean, errors: [] },
    ...end,
  };
  const code = await conclude({
    ...{ end: whole, stack: "test", keep: false, json, interrupted },
    progress: { step: (_t, _e, body) => body(() => {}) },
    report: async () => ({ htmlPath: "/r/index.html", summary: { n: 1 }, terminalTable: "the table" }),
  });
  stdout.mockRestore();
  stderr.mockRestore();
  return { code, out: out.join(""), err: err.join("") };
}

test("a complete campaign: table, report, exit 0", async () => {
  expect(await concluded({})).toEqual({ code: 0, err: "", out: "\nthe table\n\nReport: /r/index.html\n" });
});

test("--json: one JSON document on stdout", async () => {
  const { out } = await concluded({}, null, true);
  expect(JSON.parse(out)).toMatchObject({
    outcome: "complete",
    report: "/r/index.html",
    summary: { n: 1 },
    clean: true,
  });
});

test("a leftover fails the command, and is named with the way to remove it", async () => {
  const { code, err } = await concluded({ teardown: testTeardown(false) });
  expect(code).toBe(3);
  expect(err).toContain("  left over (interfaces): gbr0 bridge\n      ip link del gbr0\n");
});

test("an object of the stack that is still there is a leftover, the machine's own is none", async () => {
  const object = {
    kind: "tap",
    name: "gbt18-0-11",
    command: "ip link",
    printed: "",
    gone: false,
    remedy: "ip link del",
  };
  const { code, err } = await concluded({
    teardown: { ...clean, clean: false, touched: [{ ...object, theirs: null }] },
  });
  expect(code).toBe(3);
  expect(err).toContain("left over (tap): gbt18-0-11\n      ip link del\n");
  const own = { ...object, kind: "daemon", name: "docker", theirs: "the machine's own" };
  expect(await concluded({ teardown: { ...clean, touched: [own] } })).toMatchObject({ code: 0, err: "" });
});

test("a value that somebody may have meant: the way back, and the way to keep it", async () => {
  const value = { kind: "value", name: "/proc/sys/vm/swappiness", command: "cat", printed: "10", gone: false };
  const touched = [{ ...value, theirs: null, remedy: "echo '60' >/proc/sys/vm/swappiness" }];
  const { err } = await concluded({ teardown: { ...clean, clean: false, touched } });
  expect(err).toContain(
    "      echo '60' >/proc/sys/vm/swappiness\n  What is meant to stay: `rm -r /var/lib/guestbench/test`",
  );
  expect((await concluded({ teardown: testTeardown(false) })).err).not.toContain("meant to stay");
});

test("what changed meanwhile is told in a few lines, and fails nothing", async () => {
  const changed = Array.from({ length: 20 }, (_, n) => `/run/user/${n} tmpfs`);
  const checks = clean.checks.map((check) => ({ ...check, kind: "mounts", changed, missing: ["/mnt ext4"] }));
  const { code, err } = await concluded({ teardown: { ...clean, checks } });
  expect(code).toBe(0);
  expect(err).toContain("  mounts: /run/user/0 tmpfs\n");
  expect(err.trim().split("\n")).toHaveLength(10);
  expect(err).toMatch(/ {2}and 13 more\n$/);
});

test("a host that could not be compared is not called clean", async () => {
  const notes = ["before.json is missing"];
  const { code, err } = await concluded({ teardown: { ...clean, clean: false, compared: false, notes } });
  expect(code).toBe(3);
  expect(err).toContain("could not be shown to be what it was before\n  before.json is missing\n");
  expect(err).not.toContain("left over");
});

test("errors decide the code; an interruption has the last word and hints at --resume", async () => {
  expect((await concluded({ outcome: "failed", errors: [new InfraError("x")] })).code).toBe(1);
  expect((await concluded({ outcome: "failed", errors: [new ConfigError("x")], campaign: null })).code).toBe(2);
  const reason = new Interrupted("SIGTERM");
  const { code, err } = await concluded({ outcome: "interrupted", errors: [reason] }, reason);
  expect(code).toBe(143);
  expect(err).toMatch(/run --resume test-/);
});
