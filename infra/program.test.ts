import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { HostFacts } from "./hosts/probe.ts";
import { type Outputs, outputsSchema } from "./outputs.ts";
import { type ProgramRun, startMocks, writeStack } from "./program-fixture.ts";
import { projectDir } from "./toolchain/paths.ts";

const facts = vi.hoisted(() => ({
  hostname: "testbed",
  architecture: "x86_64",
  kernel: "6.1.0",
  os: "Debian GNU/Linux 12",
  cpuModel: "a CPU",
  cpus: 2,
  memoryMiB: 8192,
  virtualized: null,
  vhostNet: false,
  hugetlbfs: null,
  hugePageSizes: ["2MiB"],
  cgroup: "v1",
  root: true,
  tools: { qemu: "7.2", libvirt: "9.0", docker: "20.10" } as Record<string, string>,
  systemDocker: false,
  systemLibvirt: false,
  securityModels: [],
  openvswitch: { version: null, kernelDatapath: false, dpdkProgram: null, dpdkDrivers: false, system: null },
})) satisfies HostFacts;
let { tools, architecture }: HostFacts = facts;

vi.mock(import("./hosts/probe.ts"), async (original) => ({
  ...(await original()),
  probeHost: () => ({ ...facts, tools, architecture }) as HostFacts,
  probeGenerations: () => () => "first",
}));
vi.mock("./hosts/accelerator.ts", () => ({ accelerator: () => ({ name: "kvm", reason: "a guest booted" }) }));

const dir = mkdtempSync(join(tmpdir(), "program-"));
const networks = `{ lan: { type: "tap-bridge" } }`;
/** Names that no real stack has, as its daemons are looked up on the host; one for each run, as a file is loaded once. */
const stackNames = Array.from({ length: 20 }, (_, index) => `unittest-${process.pid}-${index}`);

async function run(source: string): Promise<ProgramRun & { name: string; document: Outputs }> {
  vi.resetModules();
  const name = stackNames.shift() ?? "";
  writeStack(dir, name, source);
  const made = await startMocks(name);
  return { ...made, name, document: await made.outputs() };
}

const guests = (source: string) => `export default { networks: ${networks}, guests: { ${source} } };`;
const kvm = `platform: "kvm", image: "tinyx", address: "198.18.0.12"`;
const container = `platform: "docker", image: "debian"`;

beforeAll(() => {
  vi.stubEnv("GUESTBENCH_STACKS", dir);
  vi.stubEnv("GUESTBENCH_CACHE", join(dir, "cache"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

test("a guest that this version cannot have is told of, and nothing of it is made", async () => {
  const made = await run(guests(`old: { platform: "rkt", image: "debian" }, a: { ${kvm} }`));
  expect(made.document.unavailable).toEqual({ old: "not in this version: rkt, whose last release is of 2018" });
  expect(Object.keys(made.document.guests)).toEqual(["a"]);
  expect(made.resources.filter(({ name }) => name.includes("old"))).toEqual([]);
});

describe("the stack of this project", () => {
  let made: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    made = await run(`export { default } from ${JSON.stringify(join(projectDir(), "stacks", "local.ts"))};`);
  }, 60_000);
  const typesAbove = (name: string) => made.named(name).urn.split("::")[2]?.split("$").slice(0, -1);

  test("declares what it should, by type and name", () => {
    const lines = made.resources.map(({ type, name }) => `${type} ${name}`.replaceAll(made.name, "STACK"));
    expect(lines.sort()).toMatchSnapshot();
  });

  test("children lie under their parents", () => {
    expect(typesAbove("bridge-gbr0")).toEqual(["guestbench:host", "guestbench:network"]);
    expect(typesAbove("docker-network-lan")).toEqual(["guestbench:host", "guestbench:network"]);
    expect(typesAbove("docker-image-debian")).toEqual(["guestbench:host", "guestbench:image"]);
    expect(typesAbove("build-tinyx")).toEqual(["guestbench:host", "guestbench:image"]);
    expect(typesAbove("domain-tinyx.kvm")).toEqual(["guestbench:host", "guestbench:guest"]);
    expect(typesAbove("tap-gbt18-0-11")).toEqual(["guestbench:host", "guestbench:guest"]);
    expect(typesAbove("daemon-docker")).toEqual(["guestbench:host"]);
  });

  test("whatever has a fixed name is deleted before it is replaced", () => {
    const fixed = made.resources.filter(({ type }) => !/^(guestbench|pulumi):/.test(type));
    expect(fixed.length).toBeGreaterThan(20);
    expect(fixed.filter(({ deleteBeforeReplace }) => !deleteBeforeReplace)).toEqual([]);
  });

  test("containers and domains go through the providers of this host's daemons", () => {
    const providerOf = (kind: string) => new RegExp(`pulumi:providers:${kind}::${kind}::${kind}-id$`);
    for (const kind of ["docker", "libvirt"]) {
      const users = made.resources.filter(({ type }) => type.startsWith(`${kind}:`));
      expect(users.length).toBeGreaterThan(2);
      for (const { provider } of users) expect(provider).toMatch(providerOf(kind));
    }
    const [docker] = made.ofType("pulumi:providers:docker");
    const [libvirt] = made.ofType("pulumi:providers:libvirt");
    expect(docker?.inputs.host).toBe(`unix:///run/guestbench/${made.name}/docker/docker.sock`);
    expect(libvirt?.inputs.uri).toContain(`/run/guestbench/${made.name}/libvirt/`);
    expect(libvirt?.ignoreChanges).toContain("version");
  });

  test("a domain lies ready without power, whole in its stylesheet, after what it needs", () => {
    const domain = made.named("domain-standardvm.kvm");
    expect(domain.inputs).toMatchObject({
      running: false,
      memory: 1024,
      vcpu: 1,
      name: `gb_${made.name}_standardvm.kvm`,
    });
    const { xslt } = domain.inputs.xml as { xslt: string };
    expect(xslt).toContain("ip=198.18.0.11::198.18.0.1:255.255.255.0::eth0:off");
    expect(xslt).toContain("<target dev='gbt18-0-11' managed='no'/>");
    const before = domain.dependencies.map((urn) => urn.split("::").at(-1));
    expect(before).toEqual(
      expect.arrayContaining(["tap-gbt18-0-11", "hugepages-2MiB", `domain-gb_${made.name}_standardvm.kvm`]),
    );
    expect(domain.deletedWith.split("::").at(-1)).toBe(`domain-gb_${made.name}_standardvm.kvm`);
    expect(domain.ignoreChanges).toContain("running");
    expect((made.named("domain-standardvm.kvm_memory").inputs.xml as { xslt: string }).xslt).not.toContain("hugepages");
  });

  test("a container lies ready without power, with the studies' limits", () => {
    expect(made.named("container-docker").inputs).toMatchObject({
      start: false,
      mustRun: false,
      cpuSet: "1",
      cpus: "1.0",
      memory: 1024,
      memorySwap: 1024,
      image: "sha256:made",
      networksAdvanced: [{ ipv4Address: "198.18.0.10", macAddress: "02:42:c6:12:00:0a" }],
    });
  });

  test("one guest's huge pages are reserved, as campaigns boot one at a time", () => {
    expect(made.named("hugepages-2MiB").inputs.create).toContain("want=$((before + 512))");
  });

  test("the outputs are the document that experiments read", () => {
    const document = outputsSchema.parse(made.document);
    expect(Object.keys(document.guests)).toEqual(["host", "docker", "standardvm.kvm", "tinyx.kvm"]);
    expect(document.unavailable).toEqual({});
    expect(document.host).toMatchObject({
      name: "testbed",
      accelerator: { name: "kvm" },
      runtimeDir: `/run/guestbench/${made.name}`,
      run: [],
    });
    expect(document.guests["tinyx.kvm"]).toMatchObject({
      accelerator: "kvm",
      functionalOnly: null,
      address: "198.18.0.12",
      interface: "gbt18-0-12",
      imageFiles: [
        { role: "vmlinuz", bytes: 1000 },
        { role: "initramfs.img", bytes: 1002 },
      ],
    });
    expect(Object.keys(document.guests["tinyx.kvm"]?.boots ?? {})).toEqual(["standard", "memory"]);
    expect(document.guests["tinyx.kvm"]?.boots.standard?.memory).toBeNull();
    expect(document.guests.host).toMatchObject({ platform: "bare-metal", boots: {}, address: "198.18.0.1" });
    expect(document.guests["tinyx.kvm"]?.definition).toMatch(/^<domain type='kvm'[\s\S]*<hugepages>/);
    const container = JSON.parse(document.guests.docker?.definition ?? "");
    const { name, image, networksAdvanced, labels, ...declared } = made.named("container-docker").inputs;
    expect(container).toEqual({
      ...declared,
      ...{ name, image: "debian" },
      network: { name: "lan", ipv4Address: "198.18.0.10", macAddress: "02:42:c6:12:00:0a" },
    });
    expect(document.guests.host?.definition).toBeUndefined();
  });
});

describe("variations", () => {
  test("without dockerd, its guest is unavailable with the reason, and nothing of docker is declared", async () => {
    tools = { qemu: "7.2", libvirt: "9.0" };
    const { resources, document } = await run(guests(`a: { ${container}, address: "198.18.0.10" }, b: { ${kvm} }`));
    tools = facts.tools;
    expect(document.unavailable).toEqual({ a: "dockerd is not installed: run guestbench setup" });
    expect(Object.keys(document.guests)).toEqual(["b"]);
    expect(resources.filter(({ type, name }) => /docker/.test(`${type} ${name}`))).toEqual([]);
    expect(resources.map(({ name }) => name)).not.toContain("build-debian");
  });

  test("on a host of another architecture, an image that this machine builds for it, and no other", async () => {
    const [other, name] = process.arch === "arm64" ? (["x86_64", "amd64"] as const) : (["arm64", "arm64"] as const);
    architecture = other;
    const { named, resources, document } = await run(
      guests(`a: { ${kvm.replace("tinyx", "busybox")} }, b: { ${kvm.replace(".12", ".13")} }`),
    );
    architecture = facts.architecture as HostFacts["architecture"];
    expect(named("build-busybox").inputs.create).toContain(`infra/images/build.ts busybox --architecture ${name} `);
    expect(resources.map(({ name }) => name)).not.toContain("build-tinyx");
    expect(document.unavailable.b).toMatch(/^image tinyx is made for .* on this machine, and the host is /);
    const stop = document.guests.a?.boots.standard?.stop;
    expect(stop?.slice(-2)).toEqual(
      other === "arm64" ? [`gb_${document.stack}_a`, "KEY_POWER"] : ["shutdown", `gb_${document.stack}_a`],
    );
    expect(document.guests.a?.definition?.includes("<input type='keyboard' bus='virtio'/>")).toBe(other === "arm64");
  });

  test('power: "on" starts a guest and keeps it', async () => {
    const { named } = await run(
      guests(`a: { ${container}, address: "198.18.0.10", power: "on" }, b: { ${kvm}, power: "on" }`),
    );
    expect(named("container-a").inputs).toMatchObject({ start: true, mustRun: true });
    expect(named("domain-b").inputs.running).toBe(true);
    expect(named("domain-b").ignoreChanges).not.toContain("running");
    expect(named("domain-b_memory").inputs.running).toBe(false);
  });

  test("preCreatedTap: false makes no tap; libvirt plugs the guest into the bridge", async () => {
    const { resources, named, document } = await run(guests(`b: { ${kvm}, preCreatedTap: false }`));
    expect(resources.filter(({ name }) => name.startsWith("tap-"))).toEqual([]);
    expect((named("domain-b").inputs.xml as { xslt: string }).xslt).toContain("<source bridge='gbr0'/>");
    expect(document.guests.b?.interface).toBe("gbr0");
  });

  test("a container's runtime is the daemon's own choice unless the stack says which", async () => {
    const { named, document } = await run(
      guests(
        `a: { ${container}, address: "198.18.0.10", runtime: "crun" }, b: { ${container}, address: "198.18.0.11" }`,
      ),
    );
    expect(named("container-a").inputs.runtime).toBe("crun");
    expect(document.guests.a?.settings.runtime).toBe("crun");
    expect(named("container-b").inputs).not.toHaveProperty("runtime");
  });

  test("two containers share one image and one network", async () => {
    const { ofType } = await run(
      guests(`a: { ${container}, address: "198.18.0.10" }, b: { ${container}, address: "198.18.0.11" }`),
    );
    expect(ofType("docker:index/container:Container").map(({ name }) => name)).toEqual(["container-a", "container-b"]);
    expect(ofType("docker:index/network:Network")).toHaveLength(1);
    expect(ofType("docker:index/remoteImage:RemoteImage")).toHaveLength(1);
    expect(ofType("pulumi:providers:libvirt")).toEqual([]);
  });

  test('hugePages: "none" makes no pool and one way of booting, whose memory can be read', async () => {
    const { resources, document } = await run(guests(`b: { ${kvm}, hugePages: "none" }`));
    expect(resources.filter(({ name }) => /hugepages-|hugetlbfs|_memory$/.test(name))).toEqual([]);
    expect(Object.keys(document.guests.b?.boots ?? {})).toEqual(["standard"]);
    expect(document.guests.b?.boots.standard?.memory).toMatchObject({ format: "smaps_rollup" });
  });

  test("a wrong stack stops the program before anything is declared, without a trace", async () => {
    const wrong = run(guests(`b: { ${kvm}, cpus: "9" }`));
    await expect(wrong).rejects.toThrow("guests.b.cpus: CPU 9 does not exist; this host has CPUs 0-1");
    await expect(wrong).rejects.toSatisfy(
      (error) => (error as { __pulumiRunError?: boolean }).__pulumiRunError === true,
    );
  });
});
