/**
 * Our instantiation time against a stopwatch of a shell's: the same QEMU command line started by hand, the shell's clock before it and
 * tcpdump beside it. Then the tool stack's own cost: the same guest started through libvirt, against by hand.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Boot, Handle, Outputs } from "../../infra/outputs.ts";
import { createBootContext } from "../access/runner.ts";
import instantiation from "../workloads/instantiation.ts";
import { median, ms, type Row } from "./measure.ts";

const GUEST = "tinyx.kvm";
const TIMES = 7;

/** The guest's QEMU as one would type it; prints the moment before it is started. */
function byHand(guest: Handle, hugePages: string, dir: string): string {
  const file = (role: string) => guest.imageFiles.find((found) => found.role.startsWith(role))?.path ?? "";
  const memory = `memory-backend-file,id=mem,size=${guest.memoryMiB}M,mem-path=${hugePages},prealloc=on,share=off`;
  const argv = [
    ...["taskset", "-c", guest.cpus ?? "0", "qemu-system-x86_64"],
    ...["-machine", `${guest.settings.machine},memory-backend=mem,usb=off`, "-accel", guest.accelerator],
    ...[
      "-cpu",
      guest.accelerator === "kvm" ? "host" : "max",
      "-smp",
      "1",
      "-m",
      `${guest.memoryMiB}`,
      "-object",
      `'${memory}'`,
    ],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-daemonize", "-pidfile", `${dir}/pid`],
    ...[
      "-kernel",
      file("vmlinuz"),
      "-initrd",
      file("initramfs"),
      "-append",
      `'${guest.settings["kernel command line"]}'`,
    ],
    ...["-netdev", `tap,id=net0,ifname=${guest.interface},script=no,downscript=no`],
    ...["-device", `virtio-net-pci,netdev=net0,mac=${guest.mac},romfile=`, "-serial", `file:${dir}/console`],
    ...["-object", "rng-random,id=rng0,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng0"],
  ];
  return `echo "$EPOCHREALTIME" >${dir}/issued; exec ${argv.join(" ")}`;
}

function handBoot(guest: Handle, hugePages: string, dir: string): Boot {
  const alive = `[ -e ${dir}/pid ] && kill -0 $(cat ${dir}/pid) 2>/dev/null && echo on`;
  return {
    start: ["bash", "-c", byHand(guest, hugePages, dir)],
    stop: ["sh", "-c", `kill $(cat ${dir}/pid)`],
    kill: ["sh", "-c", `kill -9 $(cat ${dir}/pid)`],
    status: { argv: ["sh", "-c", alive], on: "on" },
    pid: ["cat", `${dir}/pid`],
    console: null,
    memory: null,
  };
}

interface Measured {
  /** What the workload says, in milliseconds. */
  value: number;
  /** When it says that the start was issued, in epoch milliseconds. */
  issuedAtMs: number;
}

/** One boot measured by us; the guest is killed and gone when this returns. */
async function ours(outputs: Outputs, guest: Handle, boot: Boot): Promise<Measured> {
  let issuedAtMs = Number.NaN;
  const network = outputs.networks[guest.network];
  if (!network) throw new Error(`no network ${guest.network}`);
  const signal = new AbortController().signal;
  const names = { stack: outputs.stack, campaign: "bench" };
  const context = createBootContext({
    ...names,
    guest,
    network,
    parameters: {},
    boot,
    saveRaw: async (name, content) => {
      if (name === "instantiation.json") issuedAtMs = JSON.parse(content).issuedAtMs;
    },
    signal,
  });
  try {
    if (instantiation.stage !== "boot") throw new Error("instantiation no longer measures a boot");
    const samples = await instantiation.run({ ...context, parameters: {} });
    const value = samples.find(({ metric }) => metric === "instantiation")?.value ?? Number.NaN;
    return { value, issuedAtMs };
  } finally {
    await context.close();
    await execa(boot.kill[0] ?? "", boot.kill.slice(1), { reject: false });
    const status = () => execa(boot.status.argv[0] ?? "", boot.status.argv.slice(1), { reject: false });
    while ((await status()).stdout.trim() === boot.status.on);
  }
}

/** A tcpdump of our own beside it: the time of the guest's first reply, in epoch seconds. */
async function withTcpdump(outputs: Outputs, guest: Handle, body: () => Promise<Measured>) {
  const network = outputs.networks[guest.network];
  const [program = "", ...prefix] = network?.client.argv ?? [];
  const filter = `tcp and src host ${guest.address} and src port 9`;
  const flags = ["-n", "-tt", "-l", "--immediate-mode", "-c", "1"];
  const command = ["tcpdump", "-i", network?.client.interface ?? "", ...flags, filter];
  const recorder = execa(program, [...prefix, ...command], { reject: false });
  await new Promise((resolve) =>
    recorder.stderr.on("data", (text) => String(text).includes("listening") && resolve(null)),
  );
  const measured = await body();
  const { stdout } = await recorder;
  return { ...measured, replyAtMs: Number(stdout.split(" ")[0]) * 1000 };
}

/** The stack has to be up. */
export async function instantiationCost(outputs: Outputs): Promise<Row[]> {
  const guest = outputs.guests[GUEST];
  const libvirt = guest?.boots.standard;
  if (!guest || !libvirt) throw new Error(`${GUEST} is not in the stack`);
  const dir = mkdtempSync(join(tmpdir(), "guestbench-bench-"));
  const { stdout: hugePages } = await execa("sh", ["-c", "awk '$3 == \"hugetlbfs\" {print $2; exit}' /proc/mounts"]);
  const spawning: number[] = [];
  const differences: number[] = [];
  const hand: number[] = [];
  const through: number[] = [];
  try {
    for (let i = 0; i < TIMES; i++) {
      const boot = handBoot(guest, hugePages, dir);
      const { value, issuedAtMs, replyAtMs } = await withTcpdump(outputs, guest, () => ours(outputs, guest, boot));
      const startedAtMs = Number(readFileSync(join(dir, "issued"), "utf8")) * 1000;
      spawning.push(startedAtMs - issuedAtMs);
      differences.push(value - (replyAtMs - issuedAtMs));
      hand.push(replyAtMs - startedAtMs);
      through.push((await ours(outputs, guest, libvirt)).value);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  const worst = differences.reduce(
    (most, difference) => (Math.abs(difference) > Math.abs(most) ? difference : most),
    0,
  );
  const difference = median(differences);
  return [
    {
      title: "instantiation, same QEMU",
      ours: `ours ${ms(median(hand) + median(spawning) + difference)}`,
      peer: `shell and tcpdump ${ms(median(hand))}`,
      result: `${worst.toFixed(3)} ms apart at most, beside ${median(spawning).toFixed(2)} ms until the command runs (n = ${TIMES})`,
      goal: "≤ 2 ms + that",
      met: Math.abs(worst) <= 2,
    },
    {
      title: "tool stack of a start",
      ours: `through libvirt ${ms(median(through))}`,
      peer: `by hand ${ms(median(hand))}`,
      result: `${ms(median(through) - median(hand))} more (n = ${TIMES} each)`,
      goal: "shown",
      met: null,
    },
  ];
}
