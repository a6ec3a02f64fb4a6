import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { runtimeDir } from "../toolchain/paths.ts";
import { restoreDaemons } from "./daemons.ts";
import { readMarkers } from "./objects.ts";
import { chooseOpenvswitch } from "./openvswitch.ts";
import { probeGenerations, probeHost } from "./probe.ts";
import { root, sh, throwawayStack } from "./testing.ts";

const { openvswitch } = probeHost();
const usable = root && openvswitch.version !== null && openvswitch.system === null;
const { stack, make, remove, exists, cleanUp } = throwawayStack("-ovs");
const daemon = chooseOpenvswitch(stack, openvswitch, []);
const run = join(runtimeDir(stack), "openvswitch");
const pid = (name: string) => readFileSync(join(run, `${name}.pid`), "utf8").trim();

afterEach(() => cleanUp(daemon));

describe.skipIf(!usable)("a switch of the stack's own", { timeout: 90_000 }, () => {
  test("runs with everything in its folder, and is gone with it", () => {
    expect(make(daemon)).toMatchObject({ ok: true, stderr: "" });
    expect(exists(daemon)).toBe(true);
    const files = sh(`for p in $(cat ${run}/*.pid); do readlink /proc/$p/fd/*; done`).stdout.split("\n");
    expect(files.filter((file) => file.startsWith(`${run}/`)).length).toBeGreaterThan(2);
    // a nameless temporary file is nobody's
    expect(
      files.filter(
        (file) => !file.endsWith(" (deleted)") && /^\/(etc|var|run|tmp)\//.test(file) && !file.startsWith(`${run}/`),
      ),
    ).toEqual([]);
    const pids = ["ovs-vswitchd", "ovsdb-server"].map(pid);
    expect(remove(daemon)).toMatchObject({ ok: true, stderr: "" });
    for (const one of pids) expect(existsSync(`/proc/${one}/exe`)).toBe(false);
    expect(existsSync(run)).toBe(false);
    expect(remove(daemon)).toMatchObject({ ok: true, stderr: "" });
  });

  test.each([["ovs-vswitchd"], ["ovsdb-server"]])(
    "%s, killed, is brought back as the same generation with what it knew",
    (name) => {
      make(daemon, "first");
      sh(`${daemon.vsctl} set Open_vSwitch . external_ids:known=kept`);
      const other = name === "ovs-vswitchd" ? "ovsdb-server" : "ovs-vswitchd";
      const living = pid(other);
      sh(`kill -9 ${pid(name)}`);
      expect(exists(daemon)).toBe(false);
      expect(probeGenerations(stack)("daemon", "openvswitch")).toBe("first");
      expect(restoreDaemons(stack)).toEqual(["openvswitch daemon started again"]);
      expect(exists(daemon)).toBe(true);
      expect(pid(other)).toBe(living);
      expect(sh(`${daemon.vsctl} get Open_vSwitch . external_ids:known`).stdout).toBe("kept");
    },
  );

  test("a data path that another switch has is left alone, before anything is marked", () => {
    sh("ip link add ovs-netdev type veth peer name gbk-ovs-peer");
    expect(make(daemon)).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("another Open vSwitch has this host's data path"),
    });
    expect(readMarkers(stack)).toEqual([]);
    expect(sh("ip link show dev ovs-netdev").ok).toBe(true);
    sh("ip link del ovs-netdev");
  });

  test("a switch that will not start is told with its last words", () => {
    const broken = chooseOpenvswitch(stack, { ...openvswitch, dpdkProgram: "ovs-vswitchd --no-such-option" }, []);
    const { ok, stderr } = make(broken);
    expect(ok).toBe(false);
    expect(stderr).toContain("ovs-vswitchd did not start; its last words:");
    expect(remove(broken).ok).toBe(true);
    expect(existsSync(run)).toBe(false);
  });
});

test("what the machine runs already is used, and there is no way of starting it", () => {
  const system = chooseOpenvswitch("demo", { ...openvswitch, system: "plain" }, []);
  expect(system).toMatchObject({ own: false, create: "true", remove: "true", restart: null });
  expect(system.restore).toBeUndefined();
  // no path of the stack's in what reaches it
  expect(`${system.vsctl} ${system.appctl}`).not.toContain("/run/guestbench");
});
