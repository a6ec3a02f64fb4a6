import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { InfraError } from "../errors.ts";
import { parseHost } from "./capture.ts";
import { roundedMiB } from "./hardware.ts";
import { countOf } from "./sections.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const names = globSync("*.txt", { cwd: fixtures }).map((file) => file.slice(0, -4));
const printed = (name: string) => readFileSync(join(fixtures, `${name}.txt`), "utf8");
const host = (name: string, settings: Record<string, string> = {}) => parseHost(printed(name), settings);

test("two sockets of an Intel server with hyper-threading and NUMA", () => {
  const { hardware, firmware, kernel, settings, tools } = host("intel");
  expect(hardware).toMatchObject({
    virtualized: null,
    architecture: "x86_64",
    cpuModel: "Intel(R) Xeon(R) Silver 4110 CPU @ 2.10GHz",
    cpuIdentity: ["vendor_id GenuineIntel", "cpu family 6", "model 85", "stepping 4"],
    sockets: 2,
    cores: 8,
    cpus: 16,
    caches: { L1d: "32K × 8", L1i: "32K × 8", L2: "1024K × 8", L3: "16896K × 2" },
    memoryMiB: 98_304,
    numa: { node0: 49_152, node1: 49_152 },
    hugePageSizes: ["1048576kB", "2048kB"],
    machine: "Supermicro SYS-6019P-WT",
  });
  expect(hardware.cpuFlags).toContain("vmx");
  expect(firmware).toMatchObject({ microcode: ["0x2007006"], bios: "American Megatrends Inc. 3.3 02/21/2020" });
  expect(firmware.mitigations.itlb_multihit).toBe("KVM: Mitigation: VMX disabled");
  expect(firmware.mitigations.mds).toBe("Mitigation: Clear CPU buffers");
  expect(settings).toEqual({
    "CPUs online": "0-15",
    "CPUs online of node0": "0-3,8-11",
    "CPUs online of node1": "4-7,12-15",
  });
  expect(kernel).toMatchObject({
    release: "6.1.0-21-amd64",
    os: "Debian GNU/Linux 12 (bookworm)",
    outOfTreeModules: { zfs: "taint POE, 2.1.11-1", igb_uio: "taint OE, 3FA1C2D4E5F60718293A4B5" },
    driverModules: ["ahci", "i40e", "xhci_pci"],
  });
  expect(kernel.kvm).toMatchObject({ "kvm_intel.nested": "Y", "kvm.halt_poll_ns": "200000" });
  expect(tools.versions).toEqual({
    qemu: "7.2.11 (Debian 1:7.2+dfsg-7+deb12u6)",
    libvirt: "9.0.0",
    docker: "26.1.4",
    containerd: "1.6.33",
    runc: "1.1.12",
    openvswitch: "3.1.0",
    dpdk: "22.11.5",
    iperf3: "3.12",
    ping: "iputils 20221126",
    tcpdump: "4.99.3",
  });
  expect(tools.packages.seabios).toBe("1.16.2-1");
});

test("an AMD desktop without SMT: CPUs that are off are present, and firmware's fillers are no names", () => {
  const { hardware, settings } = host("amd");
  expect(hardware).toMatchObject({ sockets: 1, cores: 4, cpus: 8, memoryMiB: 14_336, machine: "B450M Pro4" });
  expect(hardware.caches).toEqual({ L1d: "32K × 4", L1i: "64K × 4", L2: "512K × 4", L3: "4096K × 1" });
  expect(settings["CPUs online"]).toBe("0-3");
});

test("an ARMv8 board with two kinds of cores, without DMI and memory blocks", () => {
  const { hardware, firmware } = host("arm64");
  expect(hardware).toMatchObject({
    virtualized: null,
    architecture: "arm64",
    cpuModel: "ARM Cortex-A53 + Cortex-A72",
    cores: 6,
    caches: { L1d: "32K × 4 + 48K × 2", L2: "1024K × 1 + 512K × 1" },
    memoryMiB: 3840,
    machine: "Pine64 RockPro64 v2.1",
  });
  expect(hardware.cpuIdentity).toContain("CPU part 0xd03 + 0xd08");
  expect(hardware.cpuFlags).toContain("asimd");
  expect(firmware).toMatchObject({ microcode: [], bios: null });
});

test("the Arndale board of raho2015", () => {
  const { hardware, tools } = host("armv7");
  expect(hardware).toMatchObject({ architecture: "armv7l", cpuModel: "ARM Cortex-A15", cores: 2, memoryMiB: 2048 });
  expect(hardware.machine).toBe("Insignal Arndale evaluation board based on EXYNOS5250");
  expect(tools.versions.qemu).toBe("2.3.0");
});

test("Xen: the whole machine, not what Dom0 has of it; Dom0 is on bare metal", () => {
  const { hardware, kernel, settings, tools } = host("xen-dom0");
  expect(hardware).toMatchObject({ virtualized: null, sockets: 1, cores: 4, cpus: 8, memoryMiB: 32_768 });
  expect(kernel.xenCommandLine).toContain("dom0_max_vcpus=1 dom0_vcpus_pin");
  expect(settings).toMatchObject({ "Xen scheduler": "credit2", "CPUs online": "0" });
  expect(tools.versions.xen).toBe("4.17.3");
});

test("a virtual machine says so", () => {
  expect(host("virtual-machine").hardware).toMatchObject({ virtualized: "a hypervisor", memoryMiB: 24_576, cores: 2 });
  const named = printed("virtual-machine").replace("== machine\n", "== machine\n/sys/class/dmi/id/sys_vendor:QEMU\n");
  expect(parseHost(named, {}).hardware).toMatchObject({ virtualized: "QEMU", machine: "QEMU" });
});

test("settings come from their own probe", () => {
  const probed = { ksm: "stopped", irqAffinity: "10.1.2.3" };
  expect(host("amd", probed).settings).toEqual({ ksm: "stopped", irqAffinity: "<address>", "CPUs online": "0-3" });
  // what a probe says of it has the last word
  expect(host("amd", { "CPUs online": "0-7" }).settings["CPUs online"]).toBe("0-7");
});

describe.each(names)("%s", (name) => {
  test("the order in which the host lists things does not matter", () => {
    const inOrder = new Set(["uname", "os", "command-line", "end"]);
    const parts = printed(name).split(/^(?=== )/m);
    for (let seed = 1; seed <= 10; seed++) {
      const shuffled = parts.map((part) => {
        const [head = "", ...lines] = part.trimEnd().split("\n");
        return inOrder.has(head.slice(3)) ? part : [head, ...shuffle(lines, seed), ""].join("\n");
      });
      expect(shuffled.join("")).not.toBe(printed(name));
      expect(parseHost(shuffled.join(""), {})).toEqual(host(name));
    }
  });

  test("what differs from boot to boot does not matter", () => {
    const [, kib] = /^MemTotal (\d+)/m.exec(printed(name)) ?? [];
    for (const change of [-220, -64, 12, 180])
      expect(parseHost(printed(name).replace(`MemTotal ${kib}`, `MemTotal ${Number(kib) + change}`), {})).toEqual(
        host(name),
      );
  });

  test("holds no host name, private address, identifier or secret", () => {
    const text = JSON.stringify(host(name));
    const [, hostname = ""] = /== uname\n(?:.*\n){3}(.*)\n/.exec(printed(name)) ?? [];
    expect(hostname).not.toBe("");
    expect(text).not.toContain(hostname);
    expect(text).not.toMatch(
      /[0-9a-f]{8}-[0-9a-f]{4}-|s3cr3t|([0-9a-f]{2}:){5}|\b10\.4\.7\.|9a1b2c3d|\/home\/|\/root\//i,
    );
  });

  test("a look that was cut short is none", () => {
    const text = printed(name);
    for (const cut of [0, text.indexOf("== cpus"), text.indexOf("== end")])
      expect(() => parseHost(text.slice(0, cut), {})).toThrow(InfraError);
  });
});

test("a host without CPUs or memory was not understood", () => {
  const without = (section: string) => printed("amd").replace(new RegExp(`== ${section}\n[^=]*`), `== ${section}\n\n`);
  expect(() => parseHost(without("cpus"), {})).toThrow("found no cpus");
  expect(() => parseHost(without("memory"), {})).toThrow("found no memoryMiB");
});

test("MemTotal is rounded up to what may be installed", () => {
  expect([2_066_256, 3_910_464, 24_684_084, 97_573_912].map((kib) => roundedMiB(kib / 1024))).toEqual([
    2048, 3840, 24_576, 96_256,
  ]);
});

test("lists of CPUs", () => {
  expect(["0", "0-3", "0-3,8-11", "", "2,4-5"].map(countOf)).toEqual([1, 4, 8, 0, 3]);
});

/** Fisher and Yates, from a small generator of its own. */
function shuffle(lines: readonly string[], seed: number): string[] {
  const list = [...lines];
  let state = seed;
  for (let i = list.length - 1; i > 0; i--) {
    state = (state * 48_271) % 2_147_483_647;
    const j = state % (i + 1);
    [list[i], list[j]] = [list[j] as string, list[i] as string];
  }
  return list;
}
