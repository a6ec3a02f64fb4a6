import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { InfraError } from "../errors.ts";
import type { Marker } from "./objects.ts";
import { missingObjects, parseFacts, probeHost } from "./probe.ts";

const captured = readFileSync(join(import.meta.dirname, "fixtures", "probe.txt"), "utf8");
/** The captured output with other lines in one section. */
const withSection = (name: string, ...lines: string[]) =>
  captured.replace(new RegExp(`(^== ${name}\\n)[^=]*`, "m"), (_, head) => `${head}${lines.join("\n")}\n\n`);

test("the captured output of a machine under a hypervisor", () => {
  expect(parseFacts(captured)).toEqual({
    hostname: "testbed",
    architecture: "x86_64",
    kernel: "6.1.0-40-amd64",
    os: "Debian GNU/Linux 12 (bookworm)",
    cpuModel: "AMD EPYC",
    cpus: 2,
    memoryMiB: 24105,
    virtualized: "a hypervisor",
    vhostNet: false,
    hugetlbfs: null,
    hugePageSizes: ["2MiB", "1GiB"],
    cgroup: "v1",
    root: true,
    tools: {
      qemu: "7.2.22",
      libvirt: "9.0.0",
      docker: "20.10.24+dfsg1",
      iperf3: "3.12",
      tcpdump: "4.99.3",
      ethtool: "6.1",
      openvswitch: "3.1.0",
    },
    systemDocker: false,
    systemLibvirt: false,
    securityModels: [],
    openvswitch: {
      version: "3.1.0",
      kernelDatapath: false,
      dpdkProgram: "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk",
      dpdkDrivers: true,
      system: null,
    },
  });
});

test("a machine that no guest runs on is refused by name", () => {
  expect(() => parseFacts(withSection("architecture", "armv7l"))).toThrow(/and this is an armv7l host$/);
});

describe("what other machines say", () => {
  test.each([
    ["architecture", ["aarch64"], { architecture: "arm64" }],
    ["cpuModel", [], { cpuModel: "x86_64" }],
    ["virtualized", [], { virtualized: null }],
    ["vhostNet", ["yes"], { vhostNet: true }],
    ["hugetlbfs", ["/dev/hugepages"], { hugetlbfs: "/dev/hugepages" }],
    ["hugePages1GiB", [], { hugePageSizes: ["2MiB"] }],
    ["cgroup", ["v2"], { cgroup: "v2" }],
    ["uid", ["1000"], { root: false }],
    ["systemDocker", ["24.0.5"], { systemDocker: true }],
    ["systemLibvirt", ["qemu:///system"], { systemLibvirt: true }],
    ["secmodels", ["apparmor", "dac"], { securityModels: ["apparmor", "dac"] }],
    ["openvswitch", [], { openvswitch: { version: null } }],
    ["openvswitchKernel", ["yes"], { openvswitch: { kernelDatapath: true } }],
    ["openvswitchDpdk", [], { openvswitch: { dpdkProgram: null } }],
    ["dpdkDrivers", [], { openvswitch: { dpdkDrivers: false } }],
    ["systemOpenvswitch", ["plain"], { openvswitch: { system: "plain" } }],
    ["systemOpenvswitch", ["true"], { openvswitch: { system: "dpdk" } }],
  ])("%s: %j", (section, lines, facts) => {
    expect(parseFacts(withSection(section, ...lines))).toMatchObject(facts);
  });
});

describe("in Xen's control domain", () => {
  const xl = ["nr_cpus                : 4", "total_memory           : 32766", "xen_version            : 4.17.7"];
  const inXen = (...lines: string[]) =>
    parseFacts(captured.replace("== systemDocker\n", `== xl\n${lines.join("\n")}\n\n== systemDocker\n`));

  test("the machine is what Xen says, not what it leaves the control domain", () => {
    expect(inXen(...xl)).toMatchObject({ cpus: 4, memoryMiB: 32766, tools: { xen: "4.17.7", qemu: "7.2.22" } });
    expect(inXen(...xl, "Library version:   1.02.185 (2022-05-18)", "device_model : installed").tools).toMatchObject({
      dmsetup: "1.02.185 (2022-05-18)",
      "Xen's QEMU": "installed",
    });
  });

  test("a tool stack that does not answer is none", () => {
    const facts = inXen("Library version:   1.02.185 (2022-05-18)");
    expect(facts).toEqual(parseFacts(captured));
  });
});

test("output that was cut off is no description of a host", () => {
  for (const cut of [0, 20, captured.indexOf("== cpus"), captured.indexOf("== end")]) {
    expect(() => parseFacts(captured.slice(0, cut))).toThrow(InfraError);
  }
  expect(() => parseFacts(withSection("cpus"))).toThrow('the host probe found no cpus: ""');
  expect(() => parseFacts(withSection("memoryKiB", "unlimited"))).toThrow("the host probe found no memoryKiB");
});

test("this machine can be probed, and says the same twice", () => {
  const facts = probeHost();
  expect(facts.hostname).not.toBe("");
  expect(facts.root).toBe(process.getuid?.() === 0);
  expect(probeHost()).toEqual(facts);
});

test("objects whose test fails are missing, whatever the test prints or leaves open", () => {
  const marker = (name: string, exists: string): Marker => ({
    kind: "tap",
    name,
    generation: "1",
    exists,
    remove: "true",
    restore: null,
    values: null,
    complete: true,
  });
  const markers = [marker("a", "echo 7"), marker("b", "exit 1"), marker("c", "false # gone"), marker("d", "[ -d / ]")];
  expect([...missingObjects(markers)].map(({ name }) => name)).toEqual(["b", "c"]);
  expect(missingObjects([]).size).toBe(0);
});
