/** The networks' contract on an emulated host, whose kernel has what this machine's may lack: KVM, and Open vSwitch's module. */
import { execFileSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emulatedShell } from "../hosts/emulated.ts";
import { assumedFacts } from "../hosts/labs/facts.ts";
import { LAB_DEFAULTS, labObject } from "../hosts/labs/lab.ts";
import { renderCreate, renderRemove } from "../hosts/objects.ts";
import { probeHost } from "../hosts/probe.ts";
import { thisMachine } from "../hosts/shell.ts";
import { disconnect } from "../hosts/ssh.ts";
import { hostStateDir, projectDir, runtimeDir } from "../toolchain/paths.ts";
import { type BenchImage, tinyImage } from "./bench.ts";
import { networkContract } from "./contract.ts";

const stack = `unittest-lab-net-${process.pid}`;
const sshPort = 22_190;
const { facts: assumed } = assumedFacts("kvm", LAB_DEFAULTS);
const host = emulatedShell(stack, { type: "emulated", lab: "kvm", sshPort, ...LAB_DEFAULTS });
let lab: ReturnType<typeof labObject> | null = null;
let image: BenchImage | null = null;

/** Boots the host and hands it what its guests are made of, once. */
function prepared(): BenchImage {
  if (image) return image;
  execFileSync(process.execPath, ["infra/hosts/labs/build.ts", "kvm"], { cwd: projectDir(), stdio: "ignore" });
  lab = labObject(stack, { kind: "kvm", name: "net", sshPort, ...LAB_DEFAULTS });
  thisMachine.sh(`export GENERATION=first\n${renderCreate(stack, lab)}`, { timeoutMs: 240_000 });
  // as on a host that has never had a switch
  host.sh("modprobe -r openvswitch");
  const { kernel, initrd, keys } = tinyImage();
  const folder = "/root/guest";
  const files = [kernel, initrd].map((file) => basename(file));
  const pack = (dir: string, names: readonly string[]) =>
    host.sh(`mkdir -p ${folder} && tar -C ${folder} -x`, {
      input: execFileSync("tar", ["-C", dir, "-c", ...names], { maxBuffer: 2 ** 26 }),
    });
  pack(dirname(kernel), files);
  pack(keys, ["id_ed25519", "known_hosts"]);
  image = { kernel: `${folder}/${files[0]}`, initrd: `${folder}/${files[1]}`, keys: folder };
  return image;
}

beforeAll(() => void prepared());

afterAll(() => {
  if (lab) thisMachine.sh(renderRemove(stack, lab));
  disconnect(stack);
  thisMachine.sh(`rm -rf ${runtimeDir(stack)} ${hostStateDir(stack)}`);
});

const common = { host, facts: assumed, image: prepared, pages: "2MiB" } as const;
const killed = (name: string, of: string) => `kill -9 $(cat /run/guestbench/${of}/openvswitch/${name}.pid)`;
const bothKilled = (_: unknown, of: string) => `${killed("ovs-vswitchd", of)}; ${killed("ovsdb-server", of)}`;

test("the emulated host has what is assumed of it", () => {
  expect(probeHost(host).openvswitch).toEqual(assumed.openvswitch);
});

networkContract("tap-bridge", {
  ...common,
  fields: { type: "tap-bridge" },
  kill: ({ plan }) => `ip link del ${plan.bridge}`,
  guestsSurvive: false,
});

networkContract("ovs with the kernel's data path", {
  ...common,
  fields: { type: "ovs" },
  kill: bothKilled,
  guestsSurvive: true,
});

networkContract("ovs in user space", {
  ...common,
  fields: { type: "ovs", dataPath: "netdev" },
  kill: (_, of) => killed("ovs-vswitchd", of),
  guestsSurvive: true,
});

networkContract("ovs-dpdk", {
  ...common,
  fields: { type: "ovs-dpdk", socketMemoryMiB: 256 },
  kill: bothKilled,
  guestsSurvive: true,
});
