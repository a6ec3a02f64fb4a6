import { expect, test } from "vitest";
import { hostChecks } from "./doctor.ts";
import type { HostFacts } from "./hosts/probe.ts";

const facts: HostFacts = {
  hostname: "testbed",
  architecture: "x86_64",
  kernel: "6.1.0",
  os: "Debian",
  cpuModel: "a CPU",
  cpus: 4,
  memoryMiB: 8192,
  virtualized: null,
  vhostNet: true,
  hugetlbfs: null,
  hugePageSizes: ["2MiB"],
  cgroup: "v2",
  root: true,
  tools: { qemu: "7.2.22", libvirt: "9.0.0", docker: "20.10.24", ethtool: "6.1", openvswitch: "3.1.0" },
  systemDocker: true,
  systemLibvirt: false,
  securityModels: [],
  openvswitch: { version: "3.1.0", kernelDatapath: true, dpdkProgram: "/ovs", dpdkDrivers: true, system: null },
};
const kvm = { name: "kvm", reason: "a guest booted under KVM" } as const;

test("a machine with everything needs nothing", () => {
  const checks = hostChecks(facts, kvm, 100);
  expect(checks.filter(({ status, remedy }) => status !== "ok" || remedy !== null)).toEqual([]);
  expect(checks.find(({ id }) => id === "docker")?.detail).toBe("20.10.24, running");
  expect(checks.find(({ id }) => id === "libvirt")?.detail).toContain("not running: started for a stack");
});

test.each([
  ["root", { root: false }, "missing", "run with sudo"],
  ["cpus", { cpus: 1 }, "warn", "set guestCpus and clientCpus to 0"],
  ["memory", { memoryMiB: 2048 }, "missing", "3 GiB"],
  ["vhost", { vhostNet: false }, "warn", "modprobe vhost_net"],
  ["huge-pages", { hugePageSizes: [] }, "warn", 'hugePages: "none"'],
  ["docker", { tools: { qemu: "7", libvirt: "9", ethtool: "6" } }, "missing", "guestbench setup"],
  ["libvirt", { tools: { qemu: "7", docker: "20", ethtool: "6" } }, "missing", "guestbench setup"],
  ["qemu", { tools: { libvirt: "9", docker: "20", ethtool: "6" } }, "missing", "guestbench setup"],
  [
    "network-ovs",
    { openvswitch: { ...facts.openvswitch, version: null } },
    "warn",
    "apt-get install openvswitch-switch ethtool",
  ],
  [
    "network-ovs-dpdk",
    { openvswitch: { ...facts.openvswitch, dpdkDrivers: false } },
    "warn",
    "apt-get install openvswitch-switch-dpdk librte-meta-mempool librte-meta-net ethtool",
  ],
  [
    "network-ovs-dpdk",
    { openvswitch: { ...facts.openvswitch, system: "plain" as const } },
    "warn",
    "set other_config:dpdk-init=true in it, or stop it",
  ],
])("%s: what is wrong, and what to do", (id, change, status, remedy) => {
  const wrong = hostChecks({ ...facts, ...change }, kvm, 100).filter((check) => check.status !== "ok");
  expect(wrong[0]).toMatchObject({ id, status, remedy: expect.stringContaining(remedy) });
  // a switch wants huge pages, too
  expect(wrong.slice(1).map(({ id }) => id)).toEqual(id === "huge-pages" ? ["network-ovs-dpdk"] : []);
});

test("a full disk and a KVM that boots nothing are warned of", () => {
  const checks = hostChecks(facts, { name: "tcg", reason: "there is no /dev/kvm" }, 3);
  expect(checks.filter(({ status }) => status === "warn").map(({ id }) => id)).toEqual(["disk", "accelerator"]);
  expect(checks.find(({ id }) => id === "accelerator")?.detail).toContain("functional only");
});
