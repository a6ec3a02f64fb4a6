import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { InfraError } from "../errors.ts";
import { clientObject } from "../networks/parts.ts";
import { bridgeJoining, bridgeObject, tapBridge, tapObject } from "../networks/tap-bridge.ts";
import { hostStateDir, runtimeDir } from "../toolchain/paths.ts";
import { consoleDir } from "./host.ts";
import { type HostObject, markerFile, readMarkers } from "./objects.ts";
import { probeGenerations } from "./probe.ts";
import { thisMachine } from "./shell.ts";
import { sweep } from "./sweep.ts";
import { root, sh, throwawayStack } from "./testing.ts";

const fields = { bridge: "gbtest0", subnet: "198.18.2.0/24", hostAddress: "198.18.2.1", clientAddress: "198.18.2.2" };
const plan = tapBridge.plan("lan", tapBridge.schema.parse({ type: "tap-bridge", ...fields, namespace: "gb-test" }));
const bridge = bridgeObject(plan);
const client = clientObject(plan, "gb-test", bridgeJoining(plan, "gbtest0-cl"));
const tap = tapObject(plan, "gbttest0");
const all = [bridge, client, tap];

const { stack, make, remove, exists, cleanUp } = throwawayStack();
const link = (name: string) => sh(`ip -o link show dev ${name}`).stdout.replace(/ .*ff:ff.*/, "");

afterEach(() => cleanUp(...all.toReversed()));

describe.skipIf(!root)("objects on a real host", () => {
  test.each([["bridge"], ["namespace"], ["tap"]])("%s: made, marked, made again, removed", (kind) => {
    const object = all.find((one) => one.kind === kind) as HostObject;
    if (object !== bridge) expect(make(bridge).ok).toBe(true);
    expect(make(object, "first")).toMatchObject({ ok: true, stderr: "" });
    expect(exists(object)).toBe(true);
    expect(readMarkers(stack).at(-1)).toEqual({
      kind,
      name: object.name,
      generation: "first",
      exists: object.exists,
      remove: object.remove,
      restore: null,
      values: null,
      complete: true,
    });
    expect(make(object, "second")).toMatchObject({ ok: true, stderr: "" });
    expect(exists(object)).toBe(true);
    expect(readMarkers(stack).map(({ generation }) => generation)).toContain("second");
    expect(remove(object)).toMatchObject({ ok: true, stderr: "" });
    expect(exists(object)).toBe(false);
    expect(existsSync(markerFile(stack, kind, object.name))).toBe(false);
    expect(remove(object).ok).toBe(true);
  });

  test("the client reaches the host over the bridge from its namespace", () => {
    for (const object of all) expect(make(object).ok).toBe(true);
    expect(sh("ip -n gb-test -o -4 addr show dev eth0").stdout).toContain("198.18.2.2/24");
    // a closed port's refusal has travelled both ways
    const answer = sh("ip netns exec gb-test timeout 5 bash -c '</dev/tcp/198.18.2.1/9'");
    expect(answer.stderr).toContain("Connection refused");
  });

  describe("somebody else's object is refused by its name and left as it was", () => {
    test.each([
      [
        "a bridge like ours",
        bridge,
        "gbtest0",
        "ip link add gbtest0 type bridge; ip addr add 198.18.2.1/24 dev gbtest0",
      ],
      ["a bridge without the address", bridge, "gbtest0", "ip link add gbtest0 type bridge"],
      ["an interface that is no bridge", bridge, "gbtest0", "ip link add gbtest0 type veth peer name gbtest0-p"],
      ["a tap that is in no bridge", tap, "gbttest0", "ip tuntap add dev gbttest0 mode tap"],
      ["the client's port", client, "gbtest0-cl", "ip link add gbtest0-cl type bridge"],
    ])("%s", (_, object, name, byHand) => {
      if (object !== bridge) make(bridge);
      expect(sh(byHand).ok).toBe(true);
      const before = link(name);
      expect(make(object)).toMatchObject({
        status: 3,
        stderr: `${object.kind} ${object.name} is already there and is not this stack's: rename it in the stack, or remove it yourself`,
      });
      expect(existsSync(markerFile(stack, object.kind, object.name))).toBe(false);
      expect(link(name)).toBe(before);
      sweep(stack);
      expect(link(name)).toBe(before);
      sh(`ip link del ${name}`);
    });

    test("a namespace; one that only begins with the name is no obstacle", () => {
      make(bridge);
      sh("ip netns add gb-test-2");
      expect(make(client)).toMatchObject({ ok: true, stderr: "" });
      expect(remove(client).ok).toBe(true);
      expect(sh("ip netns list").stdout).toMatch(/^gb-test-2$/m);
      sh("ip netns del gb-test-2; ip netns add gb-test");
      expect(make(client).status).toBe(3);
      expect(sh("ip netns list").stdout).toMatch(/^gb-test$/m);
    });
  });

  test("generations: stable while the object is there, new when it was removed by hand", () => {
    make(bridge, "first");
    const now = () => new Date(0);
    expect(probeGenerations(stack, thisMachine, now)("bridge", "gbtest0")).toBe("first");
    expect(probeGenerations(stack, thisMachine, now)("bridge", "gbtest1")).toBe("made 1970-01-01T00:00:00.000Z");
    sh("ip link del gbtest0");
    const generation = probeGenerations(stack, thisMachine, now)("bridge", "gbtest0");
    expect(generation).toBe("made 1970-01-01T00:00:00.000Z");
    expect(make(bridge, generation).ok).toBe(true);
    expect(probeGenerations(stack)("bridge", "gbtest0")).toBe(generation);
  });
});

describe.skipIf(!root)("sweep", () => {
  test("removes what the markers name, last made first, and the stack's directories' content", () => {
    const log = join(hostStateDir(stack), "removed");
    const noted = (object: HostObject) => ({ ...object, remove: `echo ${object.name} >>${log}\n${object.remove}` });
    for (const object of [consoleDir(stack), ...all]) expect(make(noted(object)).ok).toBe(true);
    writeFileSync(log, "");
    writeFileSync(join(runtimeDir(stack), "console", "a.log"), "text");
    expect(sweep(stack)).toEqual([
      "removed tap gbttest0",
      "removed namespace gb-test",
      "removed bridge gbtest0",
      `removed directory /run/guestbench/${stack}/console`,
    ]);
    expect(readFileSync(log, "utf8").trim().split("\n").slice(0, 3)).toEqual(["gbttest0", "gb-test", "gbtest0"]);
    for (const object of all) expect(exists(object)).toBe(false);
    expect(readMarkers(stack)).toEqual([]);
    expect(existsSync(runtimeDir(stack))).toBe(false);
    expect(sweep(stack)).toEqual([]);
  });

  test("an object whose making failed half-way is known, and removed", () => {
    const half = { ...bridge, create: `${bridge.create}\necho "no more" >&2\nfalse` };
    expect(make(half)).toMatchObject({ status: 1, stderr: "no more" });
    expect(link("gbtest0")).not.toBe("");
    expect(readMarkers(stack)).toMatchObject([{ name: "gbtest0", complete: false }]);
    expect(probeGenerations(stack, thisMachine, () => new Date(0))("bridge", "gbtest0")).toMatch(/^made 1970/);
    expect(sweep(stack)).toEqual(["removed bridge gbtest0"]);
    expect(exists(bridge)).toBe(false);
  });

  test("a failed making is made good by the next", () => {
    make({ ...bridge, create: `${bridge.create}\nfalse` });
    expect(make(bridge)).toMatchObject({ ok: true, stderr: "" });
    expect(readMarkers(stack)).toMatchObject([{ complete: true }]);
  });

  test("what cannot be removed is said, keeps its marker, and does not stop the rest", () => {
    make(bridge);
    make({ ...tap, remove: "echo busy >&2; exit 1" });
    expect(() => sweep(stack)).toThrow(new InfraError("could not be removed:\n  - tap gbttest0: busy"));
    expect(exists(bridge)).toBe(false);
    expect(readMarkers(stack).map(({ name }) => name)).toContain("gbttest0");
    expect(existsSync(join(hostStateDir(stack), "objects"))).toBe(true);
  });
});
