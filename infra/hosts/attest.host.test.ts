import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { bridgeObject, tapBridge, tapObject } from "../networks/tap-bridge.ts";
import { hostStateDir, runtimeDir } from "../toolchain/paths.ts";
import { attestHost, type HostAttestation, nothingLeft, teardownReport } from "./attest.ts";
import { type HostObject, markerFile } from "./objects.ts";
import { thisMachine } from "./shell.ts";
import { checkOwner, recordBefore } from "./snapshot.ts";
import { root, sh, throwawayStack } from "./testing.ts";

const { stack, make, remove, cleanUp } = throwawayStack("-attest");
const other = throwawayStack("-attest-other");
const networkOf = (bridge: string, subnet: string) =>
  tapBridge.plan(
    "lan",
    tapBridge.schema.parse({
      ...{ type: "tap-bridge", bridge, subnet: `${subnet}.0/24`, namespace: "gb-attest" },
      ...{ hostAddress: `${subnet}.1`, clientAddress: `${subnet}.2` },
    }),
  );
const network = networkOf("gbatt0", "198.18.3");
const bridge = bridgeObject(network);
const theirs = bridgeObject(networkOf("gbatt9", "198.18.9"));
const before = join(hostStateDir(stack), "before.json");

const left = (of: HostAttestation, kind: string) => of.checks.find((check) => check.kind === kind)?.leftovers;
const allLeft = (of: HostAttestation) => of.checks.flatMap(({ leftovers }) => leftovers);
const touched = (of: HostAttestation) => of.touched.map(({ kind, name, gone }) => `${kind} ${name} ${gone}`);
const reportOf = (of: HostAttestation) => teardownReport(stack, [of], new Date());

afterEach(() => {
  cleanUp(tapObject(network, "gbtatt0"), bridge);
  other.cleanUp(theirs);
});

// tried again where something else of the tool's came or went in between
describe.skipIf(!root)("the host before and after", { retry: 2 }, () => {
  test("everything that was touched is looked for, and what it printed is kept", () => {
    recordBefore(stack);
    for (const object of [bridge, tapObject(network, "gbtatt0")]) expect(make(object).ok).toBe(true);
    for (const object of [tapObject(network, "gbtatt0"), bridge]) expect(remove(object).ok).toBe(true);
    const attestation = attestHost(stack);
    expect(touched(attestation)).toEqual(["bridge gbatt0 true", "tap gbtatt0 true"]);
    expect(attestation.touched[0]).toMatchObject({
      command: bridge.exists,
      printed: 'Device "gbatt0" does not exist.\nexit code 1',
      remedy: null,
    });
    expect(allLeft(attestation)).toEqual([]);
    expect(reportOf(attestation)).toMatchObject({ clean: true, compared: true, notes: [] });
    expect(existsSync(hostStateDir(stack))).toBe(false);
    expect(existsSync(runtimeDir(stack))).toBe(false);
  });

  test("what was made in between and is not gone is left over, with its remedy, until it is removed", () => {
    recordBefore(stack);
    expect(make(bridge).ok).toBe(true);
    mkdirSync(runtimeDir(stack), { recursive: true });
    const forgotten = join(runtimeDir(stack), "forgotten");
    writeFileSync(forgotten, "");
    // its marker is forgotten, the bridge stays
    sh(
      `mkdir -p ${hostStateDir(stack)}/touched; mv ${markerFile(stack, "bridge", "gbatt0")} ${hostStateDir(stack)}/touched/`,
    );

    const attestation = attestHost(stack);
    expect(left(attestation, "interfaces")).toEqual(["gbatt0 bridge"]);
    expect(left(attestation, "addresses")).toEqual(["gbatt0 198.18.3.1/24"]);
    expect(left(attestation, "files")).toEqual([forgotten]);
    expect(touched(attestation)).toEqual(["bridge gbatt0 false"]);
    const remedies = Object.assign({}, ...attestation.checks.map((check) => check.remedies));
    expect(remedies).toMatchObject({ "gbatt0 bridge": "ip link del gbatt0", [forgotten]: `rm ${forgotten}` });
    expect(reportOf(attestation).clean).toBe(false);
    expect(existsSync(before)).toBe(true);

    for (const remedy of [remedies["gbatt0 bridge"], remedies[forgotten]]) expect(sh(remedy).ok).toBe(true);
    mkdirSync(join(runtimeDir(stack), "console"));
    mkdirSync(join(hostStateDir(stack), "objects"), { recursive: true });
    expect(nothingLeft(attestHost(stack))).toBe(true);
    expect(existsSync(hostStateDir(stack))).toBe(false);
    expect(existsSync(runtimeDir(stack))).toBe(false);
  });

  test("another stack that came meanwhile is told, and fails nothing; nor does an object that it has by now", () => {
    recordBefore(stack);
    const shared: HostObject = { ...theirs, name: "gbatt9" };
    expect(make(shared).ok).toBe(true);
    expect(remove(shared).ok).toBe(true);
    expect(other.make(theirs).ok).toBe(true);
    // of another version of the tool, or cut short: no reason to fail
    writeFileSync(
      join(dirname(markerFile(other.stack, "a", "b")), "x--y.json"),
      '{"kind":"x","name":"gbatt8","new":1}',
    );
    writeFileSync(join(dirname(markerFile(other.stack, "a", "b")), "x--z.json"), '{"kind":');
    const attestation = attestHost(stack);
    expect(allLeft(attestation)).toEqual([]);
    expect(attestation.checks.find(({ kind }) => kind === "interfaces")?.changed).toContain("gbatt9 bridge");
    expect(attestation.touched).toMatchObject([{ name: "gbatt9", gone: false, theirs: `the stack ${other.stack}'s` }]);
    expect(nothingLeft(attestation)).toBe(true);
  });

  test("a process that works in the stack's directories is left over, as is one that carries its name", async () => {
    recordBefore(stack);
    const env = { ...process.env, GUESTBENCH_STACK: stack };
    const children = [spawn("sleep", ["60"], { env }), spawn("tail", ["-F", join(runtimeDir(stack), "log")])];
    try {
      await expect
        .poll(() => left(attestHost(stack), "processes")?.sort(), { timeout: 20_000 })
        .toEqual([`${children[0]?.pid} sleep 60 `, `${children[1]?.pid} tail -F ${runtimeDir(stack)}/log `].sort());
    } finally {
      for (const child of children) child.kill();
    }
  });

  test("every list can be looked at here", () => {
    recordBefore(stack);
    const { checks, notes } = attestHost(stack);
    expect(checks.length).toBeGreaterThan(15);
    expect(notes).toEqual([]);
    expect(checks.flatMap(({ leftovers }) => leftovers)).toEqual([]);
  });
});

/** A value that stands for a setting of the kernel's, in a file of its own. */
describe("values that the stack changed", () => {
  const value = join("/tmp", `gb-value-${process.pid}`);
  const record = `${value}.record`;
  const object: HostObject = {
    ...{ kind: "setting", name: "made-up", shared: true, exists: `[ -e ${record} ]` },
    create: `cat ${value} >${record}; echo 10 >${value}`,
    remove: `rm -f ${record}`,
    values: { record, print: `read -r found; printf '%s\\t%s\\t%s\\n' ${value} "$found" "$(cat ${value})"` },
  };
  afterEach(() => {
    for (const file of [value, record]) rmSync(file, { force: true });
  });

  test.skipIf(!root)("one that is not back fails, with the way back; one that is back is told as such", () => {
    writeFileSync(value, "60\n");
    recordBefore(stack);
    expect(make(object).ok).toBe(true);
    expect(remove(object).ok).toBe(true);
    const attestation = attestHost(stack);
    expect(attestation.touched.find(({ kind }) => kind === "value")).toEqual({
      ...{ kind: "value", name: value, command: `get ${value}   # as setting made-up reads it` },
      ...{ printed: "10", gone: false, theirs: null },
      remedy: `echo '60' >${value}`,
    });
    expect(reportOf(attestation).clean).toBe(false);
    expect(sh(`echo '60' >${value}`).ok).toBe(true);
    const again = attestHost(stack);
    expect(touched(again)).toEqual(["setting made-up true", `value ${value} true`]);
    expect(reportOf(again).clean).toBe(true);
  });
});

describe.skipIf(!root)("the records of the host", { retry: 2 }, () => {
  test("the snapshot was removed: what the stack touched is judged, and the host is not called clean", () => {
    recordBefore(stack);
    make(bridge);
    rmSync(before);
    recordBefore(stack);
    expect(existsSync(before), "no snapshot of a host that is not what it was").toBe(false);
    remove(bridge);
    const attestation = attestHost(stack);
    expect(touched(attestation)).toEqual(["bridge gbatt0 true"]);
    expect(attestation.notes).toEqual([expect.stringMatching(`^${before} is missing`)]);
    expect(reportOf(attestation)).toMatchObject({ clean: false, compared: false });
    // said once: from here on, nothing of the stack is known
    expect(reportOf(attestHost(stack))).toMatchObject({ clean: true, notes: [], touched: [] });
  });

  test("the whole state directory was removed: what is taken down afterwards is still looked for", () => {
    recordBefore(stack);
    make(bridge);
    rmSync(hostStateDir(stack), { recursive: true });
    expect(remove({ ...bridge, remove: "true" }).ok).toBe(true);
    const attestation = attestHost(stack);
    expect(touched(attestation)).toEqual(["bridge gbatt0 false"]);
    expect(left(attestation, "interfaces")).toEqual(["gbatt0 bridge"]);
    expect(reportOf(attestation)).toMatchObject({ clean: false, compared: false });
  });

  test("nothing was ever up: nothing to compare, nothing claimed of the host", () => {
    const attestation = attestHost(stack);
    expect(reportOf(attestation)).toMatchObject({ clean: true, compared: true, touched: [], notes: [] });
    expect(attestation.checks.flatMap((check) => [...check.before, ...check.after])).toEqual([]);
  });

  test("a stack that another clone brought up is refused", () => {
    recordBefore(stack, thisMachine, "/other/clone");
    expect(() => recordBefore(stack)).toThrow(`stack ${stack} is already up on this host, from /other/clone`);
    expect(() => checkOwner(stack, thisMachine, "/other/clone")).not.toThrow();
  });

  test("the first snapshot is kept: a second up does not take what the first one made for its own", () => {
    recordBefore(stack);
    const text = readFileSync(before, "utf8");
    make(bridge);
    recordBefore(stack);
    expect(readFileSync(before, "utf8")).toBe(text);
    expect(left(attestHost(stack), "interfaces")).toEqual(["gbatt0 bridge"]);
  });

  test("a snapshot of an older version, and a restart of the host, are told", () => {
    recordBefore(stack);
    const snapshot = JSON.parse(readFileSync(before, "utf8"));
    delete snapshot.looks.mounts;
    snapshot.looks.libvirt = { failed: "ended with exit code 3" };
    writeFileSync(before, JSON.stringify({ ...snapshot, boot: "another" }));
    expect(attestHost(stack).notes).toEqual([
      "mounts: could not be compared, since before `up` nobody looked (an older version)",
      "libvirt: could not be compared, since before `up` nobody looked (ended with exit code 3)",
      "the host was restarted since the stack was brought up",
    ]);
  });
});
