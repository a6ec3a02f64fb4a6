import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEADLINE_S } from "./heartbeat.ts";
import { isShared, type Lease, type LeaseHolder, type LeaseRequest, renderTake, takeLease } from "./lease.ts";
import { shellBehind, thisMachine } from "./shell.ts";
import { shellProblems } from "./shell-check.ts";

let dir: string;
let told: string[];
const leases: Lease[] = [];
const file = () => join(dir, "lease.json");
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "gb-lease-")), "guestbench");
  told = [];
});
afterEach(() => {
  for (const lease of leases.splice(0)) lease.release();
  rmSync(join(dir, ".."), { recursive: true });
});

const request = (changes: Partial<LeaseRequest> = {}): LeaseRequest => ({
  ...{ stack: "local", command: "run", campaign: "local-1" },
  onTakeover: (text) => void told.push(text),
  onLost: (reason) => void told.push(reason.message),
  ...changes,
});
function take(changes: Partial<LeaseRequest> = {}, host = thisMachine) {
  const result = takeLease(host, request(changes), dir);
  if ("lease" in result) leases.push(result.lease);
  return result;
}
const holder = () => JSON.parse(readFileSync(file(), "utf8")) as LeaseHolder;
const stranger = { owner: "eve@elsewhere:/srv/guestbench", controller: "another boot", token: "another" };

/** Somebody else's lease, whose last sign of life was so long ago by the host's clock. */
function heldByStranger(ageS: number, text?: string) {
  mkdirSync(dir, { recursive: true });
  const theirs: LeaseHolder = {
    ...{ ...stranger, stack: "rack7", command: "run", campaign: "rack7-9" },
    ...{ pid: 7, since: "2026-01-01T00:00:00.000Z" },
  };
  writeFileSync(file(), text ?? JSON.stringify(theirs));
  utimesSync(file(), Date.now() / 1000 - ageS, Date.now() / 1000 - ageS);
}

describe("the lease of a host", () => {
  test("is taken, says who holds it, and leaves nothing behind when it is given back", () => {
    const result = take();
    expect("lease" in result).toBe(true);
    expect(holder()).toMatchObject({ stack: "local", command: "run", campaign: "local-1", pid: process.pid });
    leases.pop()?.release();
    expect(existsSync(dir)).toBe(false);
    expect(told).toEqual([]);
  });

  test("is refused to a second one, who learns whose it is; the first one's stays", () => {
    heldByStranger(DEADLINE_S - 5);
    const text = readFileSync(file(), "utf8");
    const { busy } = take() as { busy: string };
    expect(busy).toMatch(
      /^this machine is in use by `guestbench run` \(campaign rack7-9, stack rack7\) of eve@elsewhere:\/srv\/guestbench, since 2026-01-01T00:00:00.000Z, last sign of life 5[5-9] s ago$/,
    );
    expect(readFileSync(file(), "utf8")).toBe(text);
  });

  test("of another stack of this clone is refused as well: two campaigns would measure each other", () => {
    take({ stack: "rack7", campaign: null });
    expect((take() as { busy: string }).busy).toContain("`guestbench run` (stack rack7) of ");
  });

  test("is taken over when its holder is dead, and that is said", () => {
    heldByStranger(DEADLINE_S + 5);
    expect("lease" in take()).toBe(true);
    expect(told).toEqual([
      expect.stringMatching(
        /^took this machine over from .*eve@elsewhere.*: no sign of life for 6\d s; .*`guestbench recover --stack rack7`$/,
      ),
    ]);
    expect(holder().stack).toBe("local");
  });

  test("of the future is no sign of life", () => {
    heldByStranger(-DEADLINE_S - 600);
    expect("lease" in take()).toBe(true);
  });

  test("of this clone and stack is taken at once: the clone's own lock knows that its holder is dead", () => {
    take();
    const first = holder().token;
    expect("lease" in take({ command: "recover", campaign: null })).toBe(true);
    expect(holder()).toMatchObject({ command: "recover" });
    expect(told).toEqual([]);
    // the first one's release must not give back what is another's now
    leases[0]?.release();
    expect(holder().token).not.toBe(first);
  });

  test("that nobody can read is somebody's until it is old", () => {
    heldByStranger(10, '{"token":');
    expect((take() as { busy: string }).busy).toMatch(
      /^this machine is in use by somebody, last sign of life 1\d s ago$/,
    );
    heldByStranger(DEADLINE_S + 10, "");
    expect("lease" in take()).toBe(true);
  });

  test("goes to exactly one of many that ask at the same time", async () => {
    const run = promisify(execFile);
    const script = (n: number) =>
      renderTake(
        { ...stranger, owner: `user${n}`, stack: "s", command: "run", campaign: null, pid: n, since: "" },
        dir,
      );
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => run("/bin/sh", ["-c", script(n)]).then(({ stdout }) => stdout)),
    );
    expect(answers.filter((answer) => answer === "taken\n")).toHaveLength(1);
    expect(answers.filter((answer) => answer.startsWith("held "))).toHaveLength(11);
  });

  test("what was to be done at the end is done, and the prefix of another host is used", () => {
    const done: string[] = [];
    take({}, shellBehind(["env", "-u", "NONE"], "root@rack7"));
    leases[0]?.onRelease(() => done.push("disconnect"));
    expect(done).toEqual([]);
    leases.pop()?.release();
    expect(done).toEqual(["disconnect"]);
  });

  test("an emulated host is its stack's alone; any other is shared", () => {
    const emulated = { type: "emulated", lab: "kvm", cpus: 1, memoryMiB: 1024, sshPort: 22_100 } as const;
    expect([isShared({ type: "local" }), isShared({ type: "ssh", user: "root" }), isShared(emulated)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("a shell can read its scripts", () => {
    const awkward = {
      ...stranger,
      owner: "o'neil@host:/a b",
      stack: "s",
      command: "run",
      campaign: null,
      pid: 1,
      since: "",
    };
    expect(shellProblems(renderTake(awkward, dir))).toBe("");
    expect(thisMachine.sh(renderTake(awkward, dir))).toBe("taken\n");
    expect(holder().owner).toBe("o'neil@host:/a b");
    expect(statSync(file()).mode & 0o022).toBe(0);
  });
});
