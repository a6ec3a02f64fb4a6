/**
 * A host that is there before any stack and stays when it goes, reached over ssh: what goes wrong on real testbeds, on one
 * that is emulated. Its guests are nested virtual machines under real KVM.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootRack, type Rack, writeStack } from "../../infra/hosts/labs/rack.ts";
import { guestbenchInBackgroundWith, guestbenchWith, journal, latestCampaign, until } from "./cli.ts";

const stack = "rack";
const port = 22_131;
const stacks = mkdtempSync(join(tmpdir(), "gb-stacks-"));
const env = { GUESTBENCH_STACKS: stacks };
let rack: Rack;

const declared = (host: object = {}, guest: object = {}) => ({
  host: { access: rack.access, ...host },
  networks: { lan: { type: "tap-bridge" } },
  guests: { "tinyx.kvm": { platform: "kvm", image: "tinyx", address: "198.18.0.12", ...guest } },
});

const gb = (...args: string[]) => guestbenchWith(env, ...args, "--stack", stack);

async function succeed(...args: string[]) {
  const ended = await gb(...args);
  expect(ended.code, `guestbench ${args.join(" ")}\n${ended.stdout}\n${ended.stderr}`).toBe(0);
  return ended;
}

/** What a stack must leave as it found it. */
const looks = [
  "ip -br link | awk '{print $1}'; ip netns list; awk '{print $2, $3}' /proc/mounts",
  "cat /sys/kernel/mm/hugepages/*/nr_hugepages /proc/sys/vm/swappiness /sys/kernel/mm/transparent_hugepage/enabled",
  "find /run/guestbench /var/lib/guestbench ! -type d 2>/dev/null || true",
  // a libvirtd that has only just begun still asks QEMU what it can do
  "for p in /proc/[0-9]*; do [ -e $p/exe ] && cat $p/comm; done | grep -E 'dockerd|libvirtd' | sort || true",
].join("; ");

const swappiness = () => rack.sh("cat /proc/sys/vm/swappiness").trim();
const ssh = (...args: string[]) => execa("ssh", ["-S", `/run/guestbench-ssh/${stack}/control`, ...args, "host"]);

beforeAll(() => {
  rack = bootRack("rack", "kvm", port);
});
afterAll(async () => {
  await gb("recover");
  rack.remove();
  rmSync(stacks, { recursive: true });
});

describe("a host over ssh", () => {
  it("is refused without a host key, or with another one, and is not touched", async () => {
    const before = rack.sh(looks);
    const { hostKey: _, ...without } = rack.access;
    writeStack(stacks, stack, declared({ access: without }));
    const open = await gb("up");
    expect(open.code).toBe(2);
    expect(open.stderr).toMatch(/host\.access\.hostKey: not set.*guestbench host scan/s);
    const other = `ssh-ed25519 ${"A".repeat(68)}`;
    writeStack(stacks, stack, declared({ access: { ...rack.access, hostKey: other } }));
    const wrong = await gb("up");
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toMatch(/host key/i);
    expect(wrong.stderr).not.toMatch(/\n\s+at /);
    expect(rack.sh(looks)).toBe(before);
  });

  it("is brought to its settings, measured, and brought back", async () => {
    const before = rack.sh(looks);
    const settings = { swappiness: 1, transparentHugePages: { enabled: "never" }, governor: "performance" };
    writeStack(stacks, stack, declared({ settings: { ...settings, bestEffort: ["governor"] } }));
    const { stderr } = await succeed("up");
    expect(stderr).toMatch(/note: governor: this host has no CPU frequency governor/);
    expect(swappiness()).toBe("1");
    expect(JSON.parse((await succeed("up", "--json")).stdout)).toEqual({ same: expect.any(Number) });
    await succeed("run", "nfvrg2016/instantiation", "--min-boots", "1", "--max-boots", "1");
    expect(journal(latestCampaign()).filter(({ event }) => event === "run.finished")).toHaveLength(1);
    const teardown = JSON.parse(readFileSync(join(latestCampaign(), "teardown.json"), "utf8"));
    expect(teardown.clean).toBe(true);
    expect(rack.sh(looks)).toBe(before);
  });

  it("is refused where it lacks a setting that the stack requires", async () => {
    writeStack(stacks, stack, declared({ settings: { governor: "performance" } }));
    const { code, stderr } = await gb("up");
    expect(code).toBe(2);
    expect(stderr).toMatch(/host\.settings\.governor: this host has no CPU frequency governor; name it in bestEffort/);
  });

  it("keeps a setting that other hands changed, and says so", async () => {
    writeStack(stacks, stack, declared({ settings: { swappiness: 1 } }));
    const found = swappiness();
    await succeed("up");
    rack.sh("echo 33 >/proc/sys/vm/swappiness");
    const { stderr } = await succeed("up");
    expect(stderr).toMatch(/swappiness.*was set to 1 and is 33.*changed by other hands/);
    expect(swappiness()).toBe("33");
    const ended = await gb("destroy");
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toMatch(/swappiness/);
    expect(swappiness()).toBe("33");
    rack.sh(`echo ${found} >/proc/sys/vm/swappiness`);
    await succeed("destroy");
  });

  it("gets its settings back from the engine's state where its own record was lost", async () => {
    writeStack(stacks, stack, declared({ settings: { swappiness: 1 } }));
    const found = swappiness();
    await succeed("up");
    rack.sh(`[ -f /var/lib/guestbench/${stack}/settings/swappiness ]; rm -r /var/lib/guestbench/${stack}/settings`);
    await succeed("destroy");
    expect(swappiness()).toBe(found);
  });

  it("is held by one campaign at a time, and the next waits for it where it is told to", async () => {
    writeStack(stacks, stack, declared());
    writeStack(stacks, "rack2", declared());
    const run = guestbenchInBackgroundWith(
      env,
      ...["run", "nfvrg2016/instantiation", "--keep", "--min-boots", "1", "--max-boots", "1", "--stack", stack],
    );
    await until("the bridge", 120_000, () => rack.sh("ip link show dev gbr0 2>/dev/null || true") !== "");
    const other = await guestbenchWith(env, "up", "--stack", "rack2");
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/is in use by .*rack.*`--wait` waits until it is free/s);
    await succeed("destroy", "--wait");
    expect(await run.exit, run.output()).toBe(0);
    expect(rack.sh("ls -A /run/guestbench /var/lib/guestbench 2>/dev/null || true")).toBe("");
  });

  it("goes on where the connection was lost in the middle of up", async () => {
    const before = rack.sh(looks);
    writeStack(stacks, stack, declared());
    const run = guestbenchInBackgroundWith(env, "up", "--stack", stack);
    await until("the bridge", 120_000, () => rack.sh("ip link show dev gbr0 2>/dev/null || true") !== "");
    await ssh("-O", "exit");
    await run.exit;
    await succeed("up");
    await succeed("destroy");
    expect(rack.sh(looks)).toBe(before);
  });

  it("is repaired by run after it was restarted", async () => {
    writeStack(stacks, stack, declared({ settings: { swappiness: 1 } }));
    await succeed("up");
    rack.reboot();
    expect(swappiness()).not.toBe("1");
    await succeed("run", "nfvrg2016/instantiation", "--keep", "--min-boots", "1", "--max-boots", "1");
    expect(swappiness()).toBe("1");
    await succeed("destroy");
    expect(rack.sh("ls -A /run/guestbench /var/lib/guestbench 2>/dev/null || true")).toBe("");
  });

  it("says that its disk is full, and works once it is not", async () => {
    rack.sh("mkdir -p /var/lib/guestbench && mount -t tmpfs -o size=1m none /var/lib/guestbench");
    writeStack(stacks, stack, declared());
    const full = await gb("up");
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/No space left on device/);
    await succeed("recover");
    rack.sh("umount /var/lib/guestbench; rmdir /var/lib/guestbench 2>/dev/null || true");
    await succeed("up");
    await succeed("destroy");
  });

  it("survives the death of its libvirtd in the middle of a run", async () => {
    writeStack(stacks, stack, declared());
    await succeed("up");
    const run = guestbenchInBackgroundWith(
      env,
      ...["run", "nfvrg2016/instantiation", "--keep", "--min-boots", "1", "--max-boots", "1", "--stack", stack],
    );
    await until("a boot", 240_000, () => journal(latestCampaign()).some(({ event }) => event === "boot.started"));
    rack.sh(`kill -9 $(cat /run/guestbench/${stack}/libvirt/libvirtd.pid)`);
    await run.exit;
    await succeed("run", "nfvrg2016/instantiation", "--min-boots", "1", "--max-boots", "1");
    expect(rack.sh("ls -A /run/guestbench /var/lib/guestbench 2>/dev/null || true")).toBe("");
  });

  it("makes no sample of a run whose switch died, and brings the switch back", async () => {
    const networks = { lan: { type: "ovs", dataPath: "netdev" } };
    writeStack(stacks, stack, { ...declared(), networks });
    const options = ["nfvrg2016/throughput", "--min-boots", "1", "--max-boots", "1"];
    const run = guestbenchInBackgroundWith(env, "run", ...options, "--keep", "--stack", stack);
    await until("a run", 240_000, () => journal(latestCampaign()).some(({ event }) => event === "run.started"));
    const [started] = journal(latestCampaign()).filter(({ event }) => event === "run.started");
    rack.sh(`kill -9 $(cat /run/guestbench/${stack}/openvswitch/ovs-vswitchd.pid)`);
    await run.exit;
    const ended = journal(latestCampaign()).filter(({ run }) => run === started?.run);
    expect(ended.map(({ event }) => event)).toContain("run.failed");
    expect(ended.map(({ event }) => event)).not.toContain("run.finished");
    await succeed("run", ...options);
    expect(journal(latestCampaign()).filter(({ event }) => event === "run.finished")).toHaveLength(2);
  });

  it("lends its own daemons to a stack, and keeps them", async () => {
    // as where libvirt is installed: /dev/kvm is open to its guests, and a second daemon writes their consoles
    rack.sh(
      "chmod 666 /dev/kvm && virtlogd -d && libvirtd -d && i=0; until virsh -q uri >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 100 ] || exit 1; sleep 0.2; done",
    );
    const before = rack.sh(looks);
    writeStack(stacks, stack, declared());
    await succeed("run", "nfvrg2016/instantiation", "--min-boots", "1", "--max-boots", "1");
    expect(journal(latestCampaign()).filter(({ event }) => event === "run.finished")).toHaveLength(1);
    expect(rack.sh(looks)).toBe(before);
    rack.sh("kill $(cat /run/libvirtd.pid /run/virtlogd.pid)");
  });
});
