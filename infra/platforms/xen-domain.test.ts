import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shellProblems } from "../hosts/shell-check.ts";
import { domainObject } from "./xen.ts";
import { renderBlockScript, renderConfig, renderVifScript, type XenSpec } from "./xen-domain.ts";

const dir = mkdtempSync(join(tmpdir(), "gb-xen-"));
afterAll(() => rmSync(dir, { recursive: true }));

const debian: XenSpec = {
  name: "gb_demo_standardvm.xen",
  uuid: "6ba7b810-9dad-51d1-a0b4-00c04fd430c8",
  type: "pv",
  vcpus: 1,
  memoryMiB: 1024,
  cpus: "1",
  kernel: "/cache/debian/vmlinuz",
  initrd: "/cache/debian/initrd.img",
  cmdline: "console=hvc0 root=/dev/xvda rw net.ifnames=0 ip=198.18.0.11::198.18.0.1:255.255.255.0::eth0:off",
  disk: "/cache/debian/disk.raw",
  network: { mac: "52:54:00:12:00:0b", bridge: "gbr0", interface: "gbt18-0-11", script: "short" },
  nativeTsc: false,
  dir: "/var/lib/guestbench/demo/xen/standardvm.xen",
};
const tinyx = { kernel: "/cache/tinyx/vmlinuz", initrd: "/cache/tinyx/initramfs.img", disk: null };

const published: Record<string, Partial<XenSpec>> = {
  "nfvrg2016 standardvm.xen": {},
  "nfvrg2016 tinyx.xen": tinyx,
  "raho2015 domu, with Xen's own script": { network: { ...debian.network, script: "distribution" } },
  "tinyx in hardware, on an emulated host": { ...tinyx, type: "pvh", nativeTsc: true },
  "with a device model, two vCPUs": { type: "hvm", vcpus: 2, cpus: "2-3" },
};

test.each(Object.entries(published))("%s", (_, change) => {
  expect(renderConfig({ ...debian, ...change })).toMatchSnapshot();
});

describe("what Xen runs when a guest's devices come and go", () => {
  const bin = join(dir, "bin");
  const calls = join(dir, "calls");
  /** Every program but the shell's own notes its arguments; some answer. */
  const answers: Record<string, string> = {
    losetup: 'case "$*" in *--read-only*) echo /dev/loop7 ;; *--show*) echo /dev/loop8 ;; esac',
    dmsetup:
      'case "$1" in info) [ -e "$MADE" ] || exit 1; [ $# -lt 3 ] || echo "254 3" ;; create) : >"$MADE" ;; remove) rm "$MADE" ;; esac',
    blockdev: "echo 2048",
    ...{ truncate: ":", ip: '[ -z "$BROKEN" ]', sysctl: ":", "xenstore-write": ":" },
  };
  beforeAll(() => {
    mkdirSync(bin);
    for (const [name, answer] of Object.entries(answers)) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>${calls}\n${answer}\n`);
      chmodSync(join(bin, name), 0o755);
    }
  });
  const spec = { ...debian, dir: join(dir, "guest") };
  const runs = (script: string, argument: string, env: Record<string, string> = {}) => {
    writeFileSync(calls, "");
    const { status } = spawnSync("/bin/sh", ["-c", script, "hotplug", argument], {
      env: {
        PATH: `${bin}:/usr/bin:/bin`,
        MADE: join(dir, "made"),
        XENBUS_PATH: "backend/vbd/7/51712",
        vif: "vif7.0",
        ...env,
      },
    });
    return { status, calls: readFileSync(calls, "utf8").replaceAll(dir, "DIR").trimEnd().split("\n") };
  };

  test("a disk is a snapshot of the image, and gone when the guest is", () => {
    const script = renderBlockScript(spec);
    const added = runs(script, "add");
    expect(added.status).toBe(0);
    expect(added.calls).toMatchSnapshot();
    expect(added.calls).toContain("xenstore-write backend/vbd/7/51712/physical-device fe:3");
    const removed = runs(script, "remove");
    expect(removed.status).toBe(0);
    expect(removed.calls.filter((call) => call.startsWith("dmsetup remove"))).toHaveLength(1);
    expect(runs(script, "remove").status).toBe(0);
  });

  test("a card is in the bridge before the guest is told of it", () => {
    const { status, calls: made } = runs(renderVifScript(spec), "online");
    expect(status).toBe(0);
    expect(made).toMatchSnapshot();
    expect(runs(renderVifScript(spec), "offline").calls).toEqual([""]);
  });

  test("what fails is said where Xen looks for it", () => {
    const { status, calls: made } = runs(renderVifScript(spec), "online", { BROKEN: "yes" });
    expect(status).not.toBe(0);
    expect(made.at(-1)).toMatch(/^xenstore-write .*hotplug-error .* .*hotplug-status error$/);
  });
});

test.each([true, false])("a shell can read what makes and removes a domain (powered on: %s)", (on) => {
  const { create, remove, exists, taken } = domainObject(debian, on);
  for (const script of [create, remove, exists, taken ?? "("]) expect(shellProblems(script)).toBe("");
  expect(create.includes("xl create")).toBe(on);
});
