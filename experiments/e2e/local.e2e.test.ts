/**
 * The whole line on this machine, with the real engine and real guests: up, no-op up, a short campaign over all four
 * guests, repair of what was removed by hand, kills in the middle of `up` and of a run with `recover`, destroy, attestation, report.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  begunSince,
  guestbench,
  guestbenchInBackground,
  guestbenchWith,
  hostState,
  journal,
  latestCampaign,
  project,
  until,
} from "./cli.ts";
import { inspectPage } from "./page.ts";

const GUESTS = ["docker", "host", "standardvm.kvm", "tinyx.kvm"];

/** Runs a command of the command line that has to succeed; quotes what it said when it does not. */
async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await guestbench(...args);
  expect(code, `guestbench ${args.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const up = async () => JSON.parse(await succeed("up", "--json")) as Record<string, number>;

/** Changes of an `up` that found nothing to do. */
function expectNoChange(changes: Record<string, number>): void {
  expect(Object.keys(changes).filter((operation) => operation !== "same" && changes[operation])).toEqual([]);
  expect(changes.same).toBeGreaterThan(20);
}

async function outputs() {
  const { stdout } = await execa("npx", ["pulumi", "stack", "output", "--json", "-s", "local"], { cwd: project });
  return JSON.parse(stdout);
}

describe("the stack local", () => {
  let before: string;
  /** The first campaign's id. */
  let first: string;

  beforeAll(async () => {
    await guestbench("recover");
    before = await hostState();
  });
  afterAll(async () => {
    await guestbench("recover");
  });

  it("is provisioned from nothing, and a second up changes nothing", async () => {
    expect((await up()).create).toBeGreaterThan(20);
    expectNoChange(await up());
    const { guests, unavailable } = await outputs();
    expect(Object.keys(guests).sort()).toEqual(GUESTS);
    expect(unavailable).toEqual({});
  });

  it("previews and refreshes by hand with Pulumi's own command", async () => {
    const { stdout } = await execa("npx", ["pulumi", "preview", "--diff", "-s", "local"], { cwd: project });
    expect(stdout).toMatch(/\d+ unchanged/);
    const refresh = await execa("npx", ["pulumi", "refresh", "--yes", "-s", "local"], { cwd: project });
    expect(refresh.exitCode).toBe(0);
  });

  it("measures all four guests, and up finds nothing changed afterwards", async () => {
    await succeed("run", "quickstart", "--keep", "--min-boots", "1", "--max-boots", "1", "--seed", "e2e");
    const events = journal(latestCampaign());
    const campaign = JSON.parse(readFileSync(join(latestCampaign(), "campaign.json"), "utf8"));
    first = campaign.id;
    const finished = events.filter(({ event }) => event === "run.finished").map(({ cell }) => cell);
    expect(finished.toSorted()).toEqual(campaign.cells.map(({ id }: { id: string }) => id).toSorted());
    expect(new Set(campaign.cells.map(({ guest }: { guest: string }) => guest))).toEqual(new Set(GUESTS));
    expect(events.filter(({ event }) => event === "run.failed")).toEqual([]);
    expectNoChange(await up());
  });

  it("reports the campaign on one page that a phone can show", async () => {
    const html = join(latestCampaign(), "report", "index.html");
    for (const width of [400, 1280]) {
      const page = await inspectPage(html, width);
      expect(page.consoleErrors).toEqual([]);
      expect(page.requests).toEqual([]);
      expect(page.figures.length).toBeGreaterThan(5);
      expect(page.figures.filter(({ drawn }) => !drawn)).toEqual([]);
      expect(page.scrollWidth).toBeLessThanOrEqual(width);
    }
  });

  it("puts back what somebody removed by hand", async () => {
    const { guests, networks } = await outputs();
    const virsh = guests["tinyx.kvm"].boots.standard.start.slice(0, -2);
    const docker = guests.docker.boots.standard.start.slice(0, -2);
    const removals = [
      [...virsh, "undefine", "gb_local_tinyx.kvm"],
      [...docker, "rm", "-f", "gb_local_docker"],
      ["ip", "link", "del", guests["standardvm.kvm"].interface],
      ["ip", "netns", "del", "gb-client"],
      ["ip", "link", "del", networks.lan.bridge],
    ];
    for (const [program = "", ...args] of removals) {
      await execa(program, args);
    }
    const changes = await up();
    expect((changes.create ?? 0) + (changes.replace ?? 0)).toBeGreaterThanOrEqual(5);
    expectNoChange(await up());
    await execa("ip", ["link", "show", "dev", guests["standardvm.kvm"].interface]);
    await execa("ip", ["netns", "exec", "gb-client", "true"]);
    await execa(virsh[0], [...virsh.slice(1), "dominfo", "gb_local_tinyx.kvm"]);
  });

  it("leaves the machine as it was when it is destroyed", async () => {
    await succeed("destroy");
    expect(await hostState()).toBe(before);
  });

  it("refuses a bridge that is somebody else's, and never touches it", async () => {
    await execa("ip", ["link", "add", "gbr0", "type", "bridge"]);
    try {
      const { code, stderr } = await guestbench("up");
      expect(code).toBe(1);
      expect(stderr).toMatch(/bridge gbr0 is already there and is not this stack's: rename it in the stack/);
      await succeed("destroy");
      await execa("ip", ["link", "show", "dev", "gbr0"]);
    } finally {
      await execa("ip", ["link", "del", "gbr0"]);
    }
    expect(await hostState()).toBe(before);
  });

  it("says why a daemon did not start, and destroy takes down what was half-made", async () => {
    const dir = mkdtempSync(join(tmpdir(), "gb-daemon-"));
    const script =
      '[ "$1" = --version ] && exec /usr/sbin/dockerd --version; echo "no such storage driver" >&2; exit 1';
    writeFileSync(join(dir, "dockerd"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    try {
      const { code, stderr } = await guestbenchWith({ PATH: `${dir}:${process.env.PATH}` }, "up");
      expect(code).toBe(1);
      expect(stderr).toMatch(/dockerd ended or did not answer/);
      expect(stderr).toContain("no such storage driver");
    } finally {
      rmSync(dir, { recursive: true });
    }
    await succeed("destroy");
    expect(await hostState()).toBe(before);
  });

  it("recovers from a kill in the middle of up", async () => {
    const run = guestbenchInBackground("up");
    const made = () => execa("ip", ["link", "show", "dev", "gbr0"], { reject: false });
    await until("the bridge", 120_000, async () => (await made()).exitCode === 0);
    await run.ended("SIGKILL");
    await succeed("recover");
    expect(await hostState(), run.output()).toBe(before);
  });

  it("recovers from a kill in the middle of a run, and keeps the finished samples", async () => {
    const run = await startedRun("kill");
    await run.ended("SIGKILL");
    const kept = finishedRuns();
    await succeed("recover");
    expect(await hostState(), run.output()).toBe(before);
    expect(finishedRuns()).toEqual(kept);
    await succeed("report");
    const summary = readFileSync(join(latestCampaign(), "report", "summary.json"), "utf8");
    expect(JSON.parse(summary).cells.some(({ values }: { values: unknown[] }) => values.length > 0)).toBe(true);
  });

  it("ends at Ctrl-C with nothing left but what was measured, and a resume repeats none of it", async () => {
    const run = await startedRun("stop");
    expect(await run.ended("SIGINT"), run.output()).toBe(130);
    expect(await hostState(), run.output()).toBe(before);
    const kept = finishedRuns();
    expect(existsSync(join(latestCampaign(), "report", "index.html"))).toBe(true);
    const { id, cells } = JSON.parse(readFileSync(join(latestCampaign(), "campaign.json"), "utf8"));
    await succeed("run", "--resume", id);
    const all = finishedRuns();
    expect(all.slice(0, kept.length)).toEqual(kept);
    expect(all.map(({ cell }) => cell).toSorted()).toEqual(cells.map((cell: { id: string }) => cell.id).toSorted());
    expect(await hostState()).toBe(before);
  });

  it("was taken down and made anew in between, and is to the byte the same environment", async () => {
    const { same, differences, a, b } = JSON.parse(await succeed("env", "diff", first, "latest", "--json"));
    expect(a).not.toBe(b);
    expect({ same, differences }).toEqual({ same: true, differences: [] });
    const bytes = (id: string) => readFileSync(join(latestCampaign(), "..", id, "environment.json"), "utf8");
    expect(bytes("latest")).toBe(bytes(first));
  });
});

function finishedRuns() {
  return journal(latestCampaign()).filter(({ event }) => event === "run.finished");
}

/** A run of one boot per guest, in its middle: something is measured, and a guest has power. */
async function startedRun(seed: string) {
  const previous = readFileSync(join(latestCampaign(), "campaign.json"), "utf8");
  const run = guestbenchInBackground("run", "quickstart", "--seed", seed, "--min-boots", "1", "--max-boots", "1");
  const booted = () => journal(latestCampaign()).some(({ event }) => event === "boot.ready");
  await until("a booted guest", 600_000, () => begunSince(previous) && booted() && finishedRuns().length > 3);
  return run;
}
