/** Real emulated hosts with KVM: booted from nothing, copied, restarted, stopped. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureSshKeys } from "../../images/ssh-keys.ts";
import { dockerDaemon, libvirtDaemon } from "../daemons.ts";
import { emulatedShell } from "../emulated.ts";
import { type HostObject, renderCreate, renderRemove } from "../objects.ts";
import { probeHost } from "../probe.ts";
import { disconnect } from "../ssh.ts";
import { assumedFacts } from "./facts.ts";
import { type BootedLab, COLD, expectFacts, labStack, nestedGuest, prepare } from "./lab-testing.ts";
import { labSshArgv } from "./scripts.ts";

const { stack, start, stop, exists, cleanUp } = labStack("lab-kvm");
let template = "";

beforeAll(async () => {
  ({ template } = await prepare("kvm"));
});
afterAll(cleanUp);

describe("booted from nothing", () => {
  let lab: BootedLab;
  beforeAll(async () => {
    lab = await start("kvm", "cold", COLD);
  });

  test("it lives, and nobody passes for it: another key is not taken", async () => {
    expect(exists(lab.object)).toBe(true);
    expect(readFileSync(`/proc/${readFileSync(lab.paths.pidFile, "utf8").trim()}/cmdline`, "utf8")).not.toContain(
      "-incoming",
    );
    const [program = "", ...options] = labSshArgv(lab.port, ensureSshKeys());
    const other = await execa(program, ["-o", "HostKeyAlias=another", ...options, "true"], { reject: false });
    expect(other).toMatchObject({ exitCode: 255 });
    expect(other.stderr).toContain("Host key verification failed");
  });

  test("it is what was assumed of it", () => {
    const name = `${stack}-facts`;
    try {
      const access = { type: "emulated", lab: "kvm", sshPort: lab.port, ...COLD } as const;
      expectFacts(probeHost(emulatedShell(name, access)), assumedFacts("kvm", { name: lab.name, ...COLD }).facts);
    } finally {
      disconnect(name);
    }
  });

  test("it has what guests and networks need", async () => {
    const devices = ["/dev/kvm", "/dev/vhost-net", "/dev/net/tun"];
    expect(await lab.sh(`for d in ${devices.join(" ")}; do [ -c $d ] && echo $d; done; true`)).toBe(devices.join("\n"));
    expect((await lab.sh("cat /sys/fs/cgroup/cgroup.subtree_control")).split(" ")).toEqual(
      expect.arrayContaining(["cpuset", "cpu", "io", "memory", "hugetlb", "pids"]),
    );
    const programs = [
      "qemu-system-x86_64 qemu-img libvirtd virsh dockerd docker ovs-vsctl ovs-vswitchd ip bridge nft iptables ethtool",
      "hping3 tcpdump iperf3 ping hackbench cyclictest taskset unshare setsid chrt flock numactl lspci dmidecode rsync",
      "tar awk which dpkg-query",
    ].join(" ");
    expect(await lab.sh(`for p in ${programs}; do command -v $p >/dev/null || echo $p; done`)).toBe("");
    expect(await lab.sh("ovs-vswitchd --version")).toContain("DPDK");
  });

  test("a guest boots under its KVM", async () => {
    expect(await lab.sh(nestedGuest("qemu-system-x86_64", "q35", "ttyS0"))).toContain("the guest speaks");
  });

  test("daemons of a stack's own run on it, with a container and a virtual machine, and go without a trace", async () => {
    const docker = dockerDaemon(stack);
    const libvirt = libvirtDaemon(stack, "/dev/hugepages");
    const make = (object: HostObject) => lab.sh(`export GENERATION=then\n${renderCreate(stack, object)}`);
    await make(docker);
    await lab.sh("mkdir -p /tmp/c/bin && cp /bin/busybox /tmp/c/bin/");
    const client = `docker -H ${docker.uri}`;
    await lab.sh(`tar -C /tmp/c -c . | ${client} import - tiny`);
    const limits = "--rm --network none --cpuset-cpus 0 --memory 64m";
    expect(await lab.sh(`${client} run ${limits} tiny /bin/busybox echo inside`)).toContain("inside");

    await make(libvirt);
    await lab.sh(`cat >/tmp/guest.xml <<END
<domain type='kvm'><name>guest</name><memory unit='MiB'>128</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='q35'>hvm</type><kernel>/boot/vmlinuz-$(uname -r)</kernel><cmdline>console=ttyS0 panic=0</cmdline></os>
<cpu mode='host-passthrough'/>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><serial type='file'><source path='/tmp/guest.console'/></serial></devices></domain>
END`);
    const virsh = `virsh -q -c '${libvirt.uri}'`;
    await lab.sh(`${virsh} define /tmp/guest.xml && ${virsh} start guest`);
    await lab.sh(
      "i=0; until grep -q 'Linux version' /tmp/guest.console; do i=$((i+1)); [ $i -lt 600 ] || exit 1; sleep 0.1; done",
    );
    await lab.sh(`${virsh} destroy guest && ${virsh} undefine guest`);

    for (const object of [libvirt, docker]) await lab.sh(renderRemove(stack, object));
    expect(await lab.sh("pidof dockerd containerd libvirtd qemu-system-x86_64 || true")).toBe("");
    expect(await lab.sh("grep guestbench /proc/mounts || true")).toBe("");
  });

  test("stopped, nothing is left of it", async () => {
    const pid = readFileSync(lab.paths.pidFile, "utf8").trim();
    await stop(lab);
    expect(existsSync(`/proc/${pid}/exe`)).toBe(false);
    expect([lab.paths.run, lab.paths.state].map((path) => existsSync(path))).toEqual([false, false]);
    expect((await execa("ss", ["-Hltn", `sport = :${lab.port}`])).stdout).toBe("");
  });
});

describe("copies of a template", () => {
  let one: BootedLab;
  let two: BootedLab;
  const written = () => ["memory", "state", "disk.qcow2"].map((file) => statSync(join(template, file)).mtimeMs);
  let times: number[] = [];

  beforeAll(async () => {
    times = written();
    [one, two] = await Promise.all([start("kvm", "one"), start("kvm", "two")]);
  });

  test("run at once, each with its own name, address, random numbers and the time of day", async () => {
    const facts =
      "cat /etc/hostname /etc/machine-id /sys/class/net/eth0/address; od -An -tx8 -N16 /dev/urandom; date +%s";
    const [first = [], second = []] = (await Promise.all([one.sh(facts), two.sh(facts)])).map((text) =>
      text.split("\n"),
    );
    expect([first[0], second[0]]).toEqual(["one", "two"]);
    for (const index of [1, 2, 3]) expect(first[index]).not.toBe(second[index]);
    for (const time of [first[4], second[4]]) expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(10);
    for (const lab of [one, two])
      expect(readFileSync(`/proc/${readFileSync(lab.paths.pidFile, "utf8").trim()}/cmdline`, "utf8")).toContain(
        "-incoming",
      );
  });

  test("have no daemon running, yet the libvirtd of a stack knows QEMU already", async () => {
    expect(await one.sh("pidof libvirtd dockerd || true")).toBe("");
    const libvirt = libvirtDaemon(stack, "/dev/hugepages");
    await one.sh(`export GENERATION=then\n${renderCreate(stack, libvirt)}`);
    await one.sh(`virsh -q -c '${libvirt.uri}' domcapabilities`);
    const known = (cache: string) => one.sh(`cd ${cache}/qemu/capabilities && stat -c '%n %Y' *`);
    const own = await known(`/var/lib/guestbench/${stack}/libvirt/cache`);
    expect(own).toMatch(/\.xml \d+$/m);
    expect(own).toBe(await known("/var/cache/libvirt"));
    await one.sh(renderRemove(stack, libvirt));
  });

  test("keep to themselves what they write", async () => {
    await one.sh("echo mine >/root/file; sync");
    expect(await two.sh("cat /root/file 2>/dev/null || echo nothing")).toBe("nothing");
  });

  test("boot guests under KVM, both at once", async () => {
    const guest = nestedGuest("qemu-system-x86_64", "q35", "ttyS0");
    for (const console of await Promise.all([one.sh(guest), two.sh(guest)]))
      expect(console).toContain("the guest speaks");
  });

  test("restarted, one is the same host with the same disk", async () => {
    const boot = "cat /proc/sys/kernel/random/boot_id";
    const earlier = await one.sh(boot);
    await one.sh("reboot");
    const ready = () => readFileSync(one.paths.console, "utf8").includes("guestbench-lab: ready");
    await expect.poll(ready, { timeout: 120_000, interval: 100 }).toBe(true);
    expect(await one.sh("hostname; cat /root/file /sys/class/net/eth0/address")).toMatch(/^one\nmine\n52:54:00/);
    expect(await one.sh(boot)).not.toBe(earlier);
  });

  test("killed from outside, one is missing, and can be made again", async () => {
    process.kill(Number(readFileSync(two.paths.pidFile, "utf8")), "SIGKILL");
    await expect.poll(() => exists(two.object)).toBe(false);
    await stop(two);
    two = await start("kvm", "two");
    expect(await two.sh("hostname")).toBe("two");
  });

  test("leave the template as it was", async () => {
    await Promise.all([stop(one), stop(two)]);
    expect(written()).toEqual(times);
  });
});
