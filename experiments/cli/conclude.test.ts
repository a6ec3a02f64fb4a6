import { expect, test, vi } from "vitest";
import { ConfigError, InfraError } from "../../infra/errors.ts";
import { testbed } from "../campaign/testbed.ts";
import { conclude } from "./conclude.ts";
import type { CampaignEnd } from "./lifecycle.ts";
import { Interrupted } from "./signals.ts";

const bed = testbed();
const clean = { schemaVersion: 1 as const, stack: "test", at: "2026-01-01T00:00:00.000Z", clean: true, checks: [] };
const left = { kind: "bridges", command: "ip link", before: [], after: ["gbr0"], leftovers: ["gbr0"], missing: [] };

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

test("a leftover fails the command and is named", async () => {
  const { code, err } = await concluded({ teardown: { ...clean, clean: false, checks: [left] } });
  expect(code).toBe(3);
  expect(err).toMatch(/left over \(bridges\): gbr0 .*ip link/);
});

test("errors decide the code; an interruption has the last word and hints at --resume", async () => {
  expect((await concluded({ outcome: "failed", errors: [new InfraError("x")] })).code).toBe(1);
  expect((await concluded({ outcome: "failed", errors: [new ConfigError("x")], campaign: null })).code).toBe(2);
  const reason = new Interrupted("SIGTERM");
  const { code, err } = await concluded({ outcome: "interrupted", errors: [reason] }, reason);
  expect(code).toBe(143);
  expect(err).toMatch(/run --resume test-/);
});
