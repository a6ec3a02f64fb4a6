import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { HostContext } from "./hosts/host.ts";
import type { HostFacts } from "./hosts/probe.ts";
import { thisMachine } from "./hosts/shell.ts";
import { offersOn } from "./offers.ts";
import { type Outputs, outputsSchema } from "./outputs.ts";
import { hostNeeds, usable } from "./program.ts";
import { type ProgramRun, startMocks, writeStack } from "./program-fixture.ts";
import { parseStack, type StackInput } from "./stack.ts";

const facts = vi.hoisted(() => ({
  hostname: "testbed",
  architecture: "x86_64",
  kernel: "6.1.0",
  os: "Debian GNU/Linux 12",
  cpuModel: "a CPU",
  cpus: 4,
  memoryMiB: 8192,
  virtualized: null,
  vhostNet: false,
  hugetlbfs: null,
  hugePageSizes: ["2MiB", "1GiB"],
  cgroup: "v1",
  root: true,
  tools: { qemu: "7.2.22", libvirt: "9.0", docker: "20.10", ethtool: "6.1", openvswitch: "3.1.0" },
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
})) satisfies HostFacts;

vi.mock(import("./hosts/probe.ts"), async (original) => ({
  ...(await original()),
  probeHost: () => facts as HostFacts,
  probeGenerations: () => () => "first",
}));
vi.mock("./hosts/accelerator.ts", () => ({ accelerator: () => ({ name: "tcg", reason: "there is no /dev/kvm" }) }));

const input: StackInput = {
  networks: {
    lan: { type: "tap-bridge" },
    ovs: { type: "ovs" },
    dpdk: { type: "ovs-dpdk" },
    vosy: { type: "vosyswitch" },
  },
  guests: {
    host: { platform: "bare-metal", image: "debian", network: "lan" },
    "a.ovs": { platform: "docker", image: "debian", network: "ovs", address: "198.18.1.10" },
    "b.ovs": { platform: "kvm", image: "tinyx", network: "ovs", address: "198.18.1.11" },
    "a.dpdk": { platform: "docker", image: "debian", network: "dpdk", address: "198.18.2.10", power: "on" },
    "b.dpdk": { platform: "kvm", image: "tinyx", network: "dpdk", address: "198.18.2.11" },
    "b.vosy": { platform: "kvm", image: "tinyx", network: "vosy", address: "198.18.3.11" },
  },
};
const stack = parseStack("demo", input);

const contextOf = (
  change: Partial<HostFacts["openvswitch"]> = {},
  markers: HostContext["markers"] = [],
): HostContext => ({
  stack: "demo",
  shell: thisMachine,
  facts: { ...facts, openvswitch: { ...facts.openvswitch, ...change } },
  accelerator: { name: "tcg", reason: "" },
  emulated: null,
  settings: { objects: [], refusals: [], lacking: [] },
  markers,
  generation: () => "first",
  guestCpus: "1",
  clientCpus: "0",
});

describe("what a host can have of a stack", () => {
  test("guests of a network that it cannot have are skipped with the network's reason, and so is the network", () => {
    const { networks, guests, unavailable } = usable(stack, contextOf({ version: null, dpdkProgram: null }));
    expect(Object.keys(networks)).toEqual(["lan"]);
    expect(Object.keys(guests)).toEqual(["host"]);
    const needed = "openvswitch-switch-dpdk librte-meta-mempool librte-meta-net ethtool";
    expect(unavailable).toEqual({
      "a.ovs": "Open vSwitch is not installed: apt-get install openvswitch-switch ethtool",
      "b.ovs": "Open vSwitch is not installed: apt-get install openvswitch-switch ethtool",
      "a.dpdk": `Open vSwitch with DPDK is not installed: apt-get install ${needed}`,
      "b.dpdk": `Open vSwitch with DPDK is not installed: apt-get install ${needed}`,
      "b.vosy": expect.stringMatching(/^VOSYSwitch is proprietary/),
    });
  });

  test("the plan says the same of a guest as the program", () => {
    expect(offersOn(stack, { context: contextOf() })["b.vosy"]?.unavailable).toMatch(/^VOSYSwitch is proprietary/);
  });

  test("a machine's own switch without DPDK is no place for DPDK, unless the stack has begun with its own", () => {
    const plain = contextOf({ system: "plain" });
    expect(usable(stack, plain).unavailable["b.dpdk"]).toMatch(/^this host's own Open vSwitch runs without DPDK/);
    const marker = { kind: "daemon", name: "openvswitch", restore: "start" } as HostContext["markers"][number];
    expect(usable(stack, contextOf({ system: "plain" }, [marker])).unavailable).not.toHaveProperty("b.dpdk");
  });
});

describe("huge pages", () => {
  const needs = (context: HostContext, networks = stack.networks) =>
    hostNeeds(stack.plans.guests, networks, context).hugePages;

  test("the switch's own are added to those of the largest guest", () => {
    expect(needs(contextOf())).toEqual({ "2MiB": 512 + 512 });
  });

  test("each size has its own pool", () => {
    const networks = { dpdk: { ...stack.networks.dpdk, hugePages: "1GiB" } as typeof stack.networks.dpdk };
    expect(needs(contextOf(), networks as typeof stack.networks)).toEqual({ "1GiB": 1, "2MiB": 512 });
  });

  test("a switch on ordinary pages, and one that the host runs already, take none", () => {
    const ordinary = { dpdk: { ...stack.networks.dpdk, hugePages: "none" } as typeof stack.networks.dpdk };
    expect(needs(contextOf(), ordinary as typeof stack.networks)).toEqual({ "2MiB": 512 });
    expect(needs(contextOf({ system: "dpdk" }))).toEqual({ "2MiB": 512 });
  });
});

describe("the program", () => {
  const dir = mkdtempSync(join(tmpdir(), "program-networks-"));
  const name = `unittest-networks-${process.pid}`;
  let made: ProgramRun;
  let document: Outputs;
  const madeBefore = (resource: string) => made.named(resource).dependencies.map((urn) => urn.split("::").at(-1));

  beforeAll(async () => {
    vi.stubEnv("GUESTBENCH_STACKS", dir);
    vi.stubEnv("GUESTBENCH_CACHE", join(dir, "cache"));
    vi.resetModules();
    writeStack(dir, name, `export default ${JSON.stringify(input)};`);
    made = await startMocks(name);
    document = outputsSchema.parse(await made.outputs());
  }, 60_000);
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true });
  });

  test("one switch serves every network of its kind, and DPDK waits for it and for the huge pages", () => {
    expect(made.resources.filter((resource) => resource.name === "daemon-openvswitch")).toHaveLength(1);
    expect(madeBefore("bridge-gbo0")).toContain("daemon-openvswitch");
    expect(madeBefore("dpdk-openvswitch")).toEqual(expect.arrayContaining(["daemon-openvswitch", "hugepages-2MiB"]));
    expect(madeBefore("bridge-gbd0")).toContain("dpdk-openvswitch");
    expect(madeBefore("domain-b.dpdk")).toContain("port-gbv18-2-11");
  });

  test("containers on a switch have no network of Docker's; one that stays on is plugged in by up", () => {
    expect(made.ofType("docker:index/network:Network")).toEqual([]);
    for (const guest of ["a.ovs", "a.dpdk"]) {
      expect(made.named(`container-${guest}`).inputs).toMatchObject({ networkMode: "none" });
      expect(made.named(`container-${guest}`).inputs.networksAdvanced).toBeUndefined();
    }
    expect(made.resources.filter((resource) => resource.name.startsWith("plug-")).map((plug) => plug.name)).toEqual([
      "plug-gbc18-2-10",
    ]);
    expect(madeBefore("plug-gbc18-2-10")).toContain("container-a.dpdk");
    expect(document.guests["a.ovs"]).toMatchObject({ interface: "gbc18-1-10", mac: "02:42:c6:12:01:0a" });
  });

  test("virtual machines under DPDK: shared memory, and no message interrupts for this QEMU under TCG", () => {
    const xslt = (guest: string) => (made.named(`domain-${guest}`).inputs.xml as { xslt: string }).xslt;
    expect(xslt("b.dpdk")).toContain("<hugepages><page size='2' unit='MiB'/></hugepages><access mode='shared'/>");
    expect(xslt("b.dpdk_memory")).toContain("<memoryBacking><source type='memfd'/><access mode='shared'/>");
    expect(xslt("b.dpdk")).toContain("<qemu:property name='vectors' type='unsigned' value='0'/>");
    expect(xslt("b.ovs")).not.toContain("vectors");
    expect(document.guests["b.dpdk"]?.settings).toMatchObject({ port: "vhost-user, QEMU listens" });
    expect(document.guests["b.ovs"]?.settings).toMatchObject({ "checksum offload": "off" });
  });

  test("the outputs say which data path each network has", () => {
    expect(Object.keys(document.networks)).toEqual(["lan", "ovs", "dpdk"]);
    const paths = Object.values(document.networks).map(({ settings }) => settings["data path"]);
    expect(paths).toEqual(["Linux bridge", "netdev (user space)", "netdev with DPDK"]);
    expect(document.networks.dpdk?.settings).toMatchObject({
      "Open vSwitch": "3.1.0",
      daemons: "the stack's own",
      "polling CPUs": "2",
      "switch memory": "1024 MiB",
    });
    expect(document.unavailable).toEqual({ "b.vosy": expect.stringMatching(/^VOSYSwitch is proprietary/) });
  });
});
