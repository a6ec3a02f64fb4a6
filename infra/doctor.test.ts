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
  tools: { qemu: "7.2.22", libvirt: "9.0.0", docker: "20.10.24" },
  systemDocker: true,
  systemLibvirt: false,
  securityModels: [],
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
  ["docker", { tools: { qemu: "7", libvirt: "9" } }, "missing", "guestbench setup"],
  ["libvirt", { tools: { qemu: "7", docker: "20" } }, "missing", "guestbench setup"],
  ["qemu", { tools: { libvirt: "9", docker: "20" } }, "missing", "guestbench setup"],
])("%s: what is wrong, and what to do", (id, change, status, remedy) => {
  const wrong = hostChecks({ ...facts, ...change }, kvm, 100).filter((check) => check.status !== "ok");
  expect(wrong).toEqual([expect.objectContaining({ id, status, remedy: expect.stringContaining(remedy) })]);
});

test("a full disk and a KVM that boots nothing are warned of", () => {
  const checks = hostChecks(facts, { name: "tcg", reason: "there is no /dev/kvm" }, 3);
  expect(checks.filter(({ status }) => status === "warn").map(({ id }) => id)).toEqual(["disk", "accelerator"]);
  expect(checks.find(({ id }) => id === "accelerator")?.detail).toContain("functional only");
});
