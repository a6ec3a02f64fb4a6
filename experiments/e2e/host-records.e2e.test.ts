/** What the host itself keeps of a stack, through the command line: whose it is, and what it was before. */
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestbench, guestbenchInBackground, until } from "./cli.ts";

const lease = "/var/lib/guestbench/lease.json";

/** Somebody else's lease, with a sign of life from just now. */
function heldByStranger(): string {
  const holder = {
    ...{ token: "t", owner: "eve@elsewhere:/srv/guestbench", controller: "another boot", stack: "rack7" },
    ...{ command: "run", campaign: "rack7-9", pid: 7, since: "2026-01-01T00:00:00.000Z" },
  };
  mkdirSync("/var/lib/guestbench", { recursive: true });
  writeFileSync(lease, JSON.stringify(holder));
  return readFileSync(lease, "utf8");
}

describe("the host's own records", () => {
  beforeAll(async () => {
    await guestbench("recover");
  });
  afterAll(async () => {
    rmSync(lease, { force: true });
    await guestbench("recover");
  });

  it("a host that somebody else holds is refused, whatever would change it", async () => {
    const theirs = heldByStranger();
    for (const command of [["up"], ["run", "quickstart"], ["destroy"], ["recover"]]) {
      const { code, stderr } = await guestbench(...command);
      expect(code, command.join(" ")).toBe(2);
      expect(stderr).toContain(
        "this machine is in use by `guestbench run` (campaign rack7-9, stack rack7) of eve@elsewhere",
      );
    }
    expect(readFileSync(lease, "utf8")).toBe(theirs);
    expect((await execa("ip", ["link", "show", "dev", "gbr0"], { reject: false })).exitCode).toBe(1);
  });

  it("is waited for, and taken over once its holder is dead, which is said", async () => {
    heldByStranger();
    const run = guestbenchInBackground("up", "--wait");
    await until("the wait", 60_000, () => run.output().includes("in use by"));
    utimesSync(lease, 0, 0);
    await until("the end", 300_000, () => /Resources: |guestbench destroy/.test(run.output()));
    expect(run.output()).toMatch(/took this machine over from .*eve@elsewhere.*: no sign of life for \d+ s/);
    await until("the host to be given back", 10_000, () => !existsSync(lease));
  });

  it("a snapshot that somebody removed is said to be missing, and the host is not called clean", async () => {
    rmSync("/var/lib/guestbench/local/before.json");
    const { code, stderr } = await guestbench("destroy");
    expect(code).toBe(3);
    expect(stderr).toContain("/var/lib/guestbench/local/before.json is missing");
    expect(stderr).not.toContain("left over");
    expect(existsSync("/var/lib/guestbench/local")).toBe(false);
    expect((await guestbench("destroy")).code).toBe(0);
  });
});
