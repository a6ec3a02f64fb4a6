/**
 * For tests: a network brought up on a host as the engine would do it, with tiny guests plugged in. All of it is shell
 * that a host runs, so that the host can be another machine.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { accelerator } from "../hosts/accelerator.ts";
import { libvirtDaemon } from "../hosts/daemons.ts";
import { consoleDir } from "../hosts/host.ts";
import { hugePagePool, hugetlbfsMount } from "../hosts/huge-pages.ts";
import { type HostObject, renderCreate, renderRemove } from "../hosts/objects.ts";
import type { HostFacts } from "../hosts/probe.ts";
import { type HostShell, quote } from "../hosts/shell.ts";
import { ipArgument } from "../images/image.ts";
import { startAndPlug, stopAndUnplug, type Veth } from "../platforms/docker-veth.ts";
import { type DomainSpec, renderDomain } from "../platforms/kvm-domain.ts";
import { messageInterrupts } from "../platforms/kvm-port.ts";
import { containerMacOf, macOf } from "../platforms/mac.ts";
import { netmaskOf } from "../schema.ts";
import { hostStateDir, projectDir, runtimeDir, sshDir } from "../toolchain/paths.ts";
import { declare } from "./fixture.ts";
import { type NetworkFields, networkDriverOf } from "./index.ts";
import type { MachinePort, Plug } from "./network.ts";

/** What virtual machines are booted from, as paths on the host. */
export interface BenchImage {
  kernel: string;
  initrd: string;
  /** Folder of the key that opens them. */
  keys: string;
}

/** The trimmed image of this project, built where it is not there yet. */
export function tinyImage(): BenchImage {
  const built = execFileSync(process.execPath, ["infra/images/build.ts", "tinyx"], {
    cwd: projectDir(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { dir } = JSON.parse(built) as { dir: string };
  return { kernel: join(dir, "vmlinuz"), initrd: join(dir, "initramfs.img"), keys: sshDir() };
}

export interface BenchOptions {
  host: HostShell;
  stack: string;
  fields: NetworkFields;
  facts: HostFacts;
  /** Last bytes of the virtual machines' and the container's addresses. */
  machines: readonly number[];
  container: number | null;
  /** Pages that back the virtual machines' memory, of MACHINE_MIB each; null: ordinary ones. */
  pages: "2MiB" | null;
}

const MACHINE_MIB = 128;

export type Bench = ReturnType<typeof createBench>;

/** The huge pages of all virtual machines, which run at the same time here, and of the switch. */
function pagesOf({ stack, fields, facts, machines, pages }: BenchOptions): HostObject[] {
  const own = networkDriverOf(fields).hugePages(fields, { stack, facts, markers: [] });
  const sizes = { ...own, ...(pages ? { [pages]: (own[pages] ?? 0) + (machines.length * MACHINE_MIB) / 2 } : {}) };
  const pools = Object.entries(sizes).map(([size, count]) => hugePagePool(stack, size, count));
  return pools.length > 0 && facts.hugetlbfs === null ? [hugetlbfsMount(stack), ...pools] : pools;
}

export function createBench(options: BenchOptions) {
  const { host, stack, fields, facts, machines, container } = options;
  const addressOf = (last: number) => fields.subnet.replace(/\d+\/\d+$/, String(last));
  const guests: Plug[] = machines.map((last, index) => ({ name: `vm${index}`, address: addressOf(last) }));
  const declared = declare(fields, { stack, facts, guests });
  const { network, objects } = declared;
  const owner = {} as never;
  const ports = guests.map((guest) => network.machine(guest, owner, "before").port);
  const containerAddress = container === null ? null : addressOf(container);
  const veth =
    containerAddress === null ? null : network.container({ name: "c", address: containerAddress }, owner).port;
  const pages = pagesOf(options);
  // a libvirtd that is told of a mount that is not there does not start
  const libvirt = libvirtDaemon(stack, facts.hugetlbfs ?? (pages.length > 0 ? hugetlbfsMount(stack).path : null));
  const others: HostObject[] = guests.length === 0 ? [] : [libvirt, consoleDir(stack)];
  const alone = (object: HostObject) => ({ object, follows: [] as HostObject[] });
  const all = [...pages.map(alone), ...objects, ...others.map(alone)];

  const make = (object: HostObject, generation = "first") =>
    host.sh(`export GENERATION=${quote(generation)}\n${renderCreate(stack, object)}`, { timeoutMs: 120_000 });
  const remove = (object: HostObject) => host.sh(renderRemove(stack, object), { timeoutMs: 120_000 });
  const holds = (test: string) => host.sh(`if (${test}\n) >/dev/null 2>&1; then echo yes; fi`).trim() === "yes";
  const exists = (object: HostObject) => holds(object.exists);

  /** As the engine does it: daemons are brought back, and what is lost is made anew with what hangs on it. */
  const up = (generation: string): HostObject[] => {
    const changed: HostObject[] = [];
    for (const { object } of all)
      if (object.restore && !exists(object) && holds(`[ -e ${markerOf(stack, object)} ]`)) {
        host.sh(`set -eu\n${object.restore}`, { timeoutMs: 120_000 });
        changed.push(object);
      }
    const made = new Set<HostObject>();
    for (const { object, follows } of all) {
      if (exists(object) && holds(`[ -e ${markerOf(stack, object)} ]`) && !follows.some((one) => made.has(one)))
        continue;
      make(object, generation);
      made.add(object);
    }
    return [...changed, ...made];
  };

  const down = () => {
    for (const { object } of all.toReversed()) remove(object);
    host.sh(
      `rm -rf ${runtimeDir(stack)} ${hostStateDir(stack)}; rmdir /run/guestbench /var/lib/guestbench 2>/dev/null || true`,
    );
  };

  return { ...declared, all, guests, ports, veth, containerAddress, libvirt, make, remove, exists, holds, up, down };
}

function markerOf(stack: string, { kind, name }: HostObject): string {
  return join(hostStateDir(stack), "objects", `${kind}--${name.replaceAll("/", "_")}.json`);
}

/** Prefix of a command in the load generator's namespace. */
const inClient = (fields: NetworkFields) => `ip netns exec ${fields.namespace}`;

/** Shell that waits until an address answers, from behind a prefix. */
export function untilAnswers(prefix: string, address: string, seconds: number): string {
  return `i=0; until ${prefix} ping -c 1 -W 1 ${address} >/dev/null 2>&1; do i=$((i+1)); [ $i -lt ${seconds} ] || { echo "${address} does not answer" >&2; exit 1; }; sleep 0.2; done`;
}

/** Virtual machines of the project's own rendering, through libvirt. */
export function machinesOf(bench: Bench, options: BenchOptions, image: BenchImage) {
  const { host, stack, fields, facts } = options;
  const found = accelerator(host);
  const virsh = `virsh -q -c ${quote(bench.libvirt.uri)}`;
  const domain = (index: number) => `gb_${stack}_vm${index}`;

  const spec = (port: MachinePort, { address }: Plug, index: number): DomainSpec => ({
    name: domain(index),
    uuid: `00000000-0000-5000-a000-${address
      .split(".")
      .map((part) => part.padStart(3, "0"))
      .join("")}`,
    stack,
    accelerator: found.name,
    architecture: facts.architecture,
    emulator: "/usr/bin/qemu-system-x86_64",
    machine: "q35",
    vcpus: 1,
    memoryMiB: MACHINE_MIB,
    cpus: `0-${facts.cpus - 1}`,
    hugePages: options.pages,
    kernel: image.kernel,
    initrd: { path: image.initrd, arguments: null },
    cmdline: `console=ttyS0 net.ifnames=0 ${ipArgument({ address, gateway: bench.plan.hostAddress, netmask: netmaskOf(fields.subnet) })}`,
    disk: null,
    network: {
      mac: macOf(address),
      vhost: false,
      port,
      messageInterrupts: messageInterrupts(port, { accelerator: found, facts }),
    },
    console: join(runtimeDir(stack), "console", `${domain(index)}.log`),
    securityModels: [],
  });

  const ssh = (address: string, command: string) =>
    `${inClient(fields)} ssh -F none -i ${image.keys}/id_ed25519 -o UserKnownHostsFile=${image.keys}/known_hosts -o HostKeyAlias=guestbench-guest -o BatchMode=yes -o ConnectTimeout=5 root@${address} ${quote(command)}`;

  return {
    start() {
      const scripts = bench.guests.map((guest, index) => {
        const port = bench.ports[index] as MachinePort;
        const file = join(runtimeDir(stack), `${domain(index)}.xml`);
        return `cat >${file} <<'END'\n${renderDomain(spec(port, guest, index))}END\n${virsh} create ${file} >/dev/null`;
      });
      host.sh(`set -eu\n${scripts.join("\n")}`, { timeoutMs: 120_000 });
    },
    stop: () =>
      host.sh(
        `for d in ${bench.guests.map((_, index) => domain(index)).join(" ")}; do ${virsh} destroy $d || true; done`,
      ),
    /** Waits until a shell answers in each. */
    ready() {
      for (const { address } of bench.guests)
        host.sh(
          [
            "set -eu",
            untilAnswers(inClient(fields), address, 60),
            `i=0; until ${ssh(address, "true")} 2>/dev/null; do i=$((i+1)); [ $i -lt 60 ] || exit 1; sleep 0.2; done`,
          ].join("\n"),
          { timeoutMs: 150_000 },
        );
    },
    run: (address: string, command: string) => host.sh(ssh(address, command), { timeoutMs: 60_000 }),
  };
}

/** A container as its handle starts and stops it, with a program that stands for Docker: a process in a namespace. */
export function containerOf(bench: Bench, { host, stack, fields }: BenchOptions) {
  const { veth, containerAddress } = bench;
  if (veth?.type !== "veth" || !containerAddress) throw new Error("the network takes no containers by veth");
  const standIn = join(runtimeDir(stack), "docker-stand-in");
  const pid = join(runtimeDir(stack), "container.pid");
  const end: Veth = {
    ...veth,
    address: containerAddress,
    subnet: fields.subnet,
    gateway: fields.hostAddress,
    mac: containerMacOf(containerAddress),
  };
  const script = [
    "#!/bin/sh",
    "case $1 in",
    // as Docker does without a network: nothing but the loopback interface
    `  start) setsid unshare -n sh -c 'ip link set lo up; echo $$ >${pid}; exec sleep infinity' </dev/null >/dev/null 2>&1 & i=0; until [ -s ${pid} ] || [ $i -ge 100 ]; do i=$((i+1)); sleep 0.05; done;;`,
    `  inspect) cat ${pid};;`,
    `  *) kill -9 $(cat ${pid}); rm ${pid};;`,
    "esac",
  ].join("\n");
  const run = (argv: string[]) => host.sh(argv.map(quote).join(" "), { timeoutMs: 60_000 });
  return {
    prefix: `nsenter -t $(cat ${pid}) -n`,
    address: containerAddress,
    start() {
      host.sh(`cat >${standIn}; chmod +x ${standIn}`, { input: script });
      run(startAndPlug([standIn], "c", end));
    },
    stop: () => run(stopAndUnplug([standIn, "kill", "c"], end)),
  };
}
