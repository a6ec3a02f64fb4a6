/**
 * How long a guest takes from the start command to its first packet: SYNs to a closed port every half millisecond from
 * the client's namespace, until the first RST (or SYN-ACK) comes back. Times are the kernel's, from a capture beside it.
 */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { WorkloadError } from "../../infra/errors.ts";
import type { Sample } from "../campaign/results.ts";
import { round } from "./lib/number.ts";
import { type Capture, excerptOf, type FirstReply, findFirstReply, parseCapture } from "./probe/capture.ts";
import { calibrateClock, type RealtimeClock } from "./probe/clock.ts";
import { watchConsole } from "./probe/console.ts";
import { bootTimeMs, parseStartTicks, parseUptimeMs, startAfter, tickMs } from "./probe/process-start.ts";
import { type BackgroundCommand, type BootContext, defineWorkload } from "./workload.ts";

/** Discard: closed on every guest. */
const port = 9;
const firstSourcePort = 20_000;
const intervalUs = 500;
/** SYNs that must be out, unanswered, before the guest is started. */
const quietSyns = 20;
const short = { timeoutMs: 10_000 };

export default defineWorkload({
  name: "instantiation",
  title: "Instantiation time",
  metric: "instantiation",
  unit: "ms",
  direction: "lower",
  stage: "boot",
  bootProfile: "standard",
  needs: ["network", "power"],
  parameters: z.strictObject({}),
  label: () => "instantiation",
  estimateMs: () => 3_000,
  run: (context) => withFolder(context, (folder) => withNeighbour(context, () => measure(context, folder))),
});

async function measure(context: BootContext, folder: string): Promise<Sample[]> {
  const { guest, boot, network } = context;
  const status = await context.byHandle(boot.status.argv, { ...short, allowFailure: true });
  if (status.stdout.trim() === boot.status.on) throw new WorkloadError(`guest ${guest.name} already has power`);

  const file = `${folder}/flood.pcap`;
  const running: BackgroundCommand[] = [];
  const start = async (argv: readonly string[]) => {
    const command = await context.background("client", argv);
    running.push(command);
    return command;
  };
  const capture = ["tcpdump", "-Z", "root", "-i", network.client.interface, "-n", "--immediate-mode"];
  const flood = `tcp port ${port} and host ${guest.address}`;
  const seen = `(src host ${guest.address} and src port ${port}) or src port ${firstSourcePort + quietSyns - 1}`;
  const priority = await realtimePriority(context);
  let console: ReturnType<typeof watchConsole> | null = null;
  try {
    const nano = "--time-stamp-precision=nano";
    const recorder = await start([...capture, "-s", "128", nano, "-U", "-w", file, flood]);
    const watcher = await start([...capture, "-l", `${flood} and (${seen})`]);
    await Promise.all([recorder, watcher].map((command) => command.waitFor("listening on", 5_000)));
    const prober = await start([...priority, ...proberArgv(network.client.interface, guest.address)]);
    const lost = endedEarly(prober);
    await Promise.race([watcher.waitFor(` > ${guest.address}.${port}: Flags [S]`, 5_000), lost]);

    const clock = calibrateClock();
    console = boot.console === null || context.remote ? null : watchConsole(boot.console, clock.now);
    const issuedHereAtMs = clock.now();
    const returned = context.start().then(({ issuedAtMs }) => ({ issuedAtMs, returnedAtMs: clock.now() }));
    const answered = Promise.race([firstAnswer(context, watcher), lost]).then(() => prober.stop());
    const [begun] = await Promise.all([returned, answered]);
    // the capture's clock is the host's
    const issuedAtMs = begun.issuedAtMs ?? issuedHereAtMs;
    await untilWritten(context, file);
    for (const command of running) await command.stop();

    const text = await context.onHost(["tcpdump", "-r", file, "-tt", "-n", nano], { timeoutMs: 60_000 });
    const packets = parseCapture(text.stdout, guest.address, port);
    await saveCapture(context, packets, issuedAtMs, clock);
    return [
      firstReplySample(findFirstReply(packets, issuedAtMs), clock, priority.length > 0, guest.mac !== null),
      ...(context.remote ? [] : await monitorProcess(context, clock, issuedAtMs)),
      ...phase("first console byte", console?.firstByteAt() ?? null, issuedAtMs, "inotify, read in user space"),
      ...phase("command returned", context.remote ? null : begun.returnedAtMs, issuedAtMs, "user space"),
    ];
  } finally {
    console?.close();
    for (const command of running.reverse()) await command.stop();
  }
}

function proberArgv(device: string, address: string): string[] {
  return [
    ...["hping3", "-I", device, "-n", "-q", "-S", "-s", `${firstSourcePort}`, "-p", `${port}`],
    ...["-i", `u${intervalUs}`, address],
  ];
}

/** The flood is over, so the capture is complete when its file has stopped growing. */
async function untilWritten(context: BootContext, file: string): Promise<void> {
  const size = async () => Number((await context.onHost(["stat", "-c", "%s", file], short)).stdout);
  const deadline = performance.now() + 2_000;
  let before = -1;
  for (let now = await size(); now !== before && performance.now() < deadline; now = await size()) {
    before = now;
    await delay(20);
  }
}

async function endedEarly(prober: BackgroundCommand): Promise<never> {
  const { exitCode, stdout, stderr } = await prober.ended;
  throw new WorkloadError(`the prober ended early (exit code ${exitCode}): ${`${stderr}${stdout}`.trim()}`);
}

/** A prefix that lets the prober keep its pace beside a busy guest; empty where the client may not have it. */
async function realtimePriority(context: BootContext): Promise<string[]> {
  const prefix = ["chrt", "-f", "10"];
  const tried = await context.inClient([...prefix, "true"], { ...short, allowFailure: true });
  return tried.exitCode === 0 ? prefix : [];
}

async function firstAnswer({ guest }: BootContext, watcher: BackgroundCommand): Promise<void> {
  const { deadlineMs } = guest.ready;
  try {
    await watcher.waitFor(`IP ${guest.address}.${port} > `, deadlineMs);
  } catch (cause) {
    throw new WorkloadError(`guest ${guest.name} sent no reply within ${deadlineMs / 1000} s`, { cause });
  }
}

/** Without a fixed neighbour entry the client's ARP would ask once a second, and the result would be whole seconds. */
async function withNeighbour<T>(context: BootContext, body: () => Promise<T>): Promise<T> {
  const { guest, network } = context;
  if (guest.mac === null) return body();
  const entry = [guest.address, "dev", network.client.interface];
  const fixed = ["lladdr", guest.mac, "nud", "permanent"];
  await context.inClient(["ip", "neigh", "replace", ...entry, ...fixed], short);
  try {
    return await body();
  } finally {
    await context.inClient(["ip", "neigh", "del", ...entry], { ...short, allowFailure: true }).catch(() => {});
  }
}

async function withFolder<T>(context: BootContext, body: (folder: string) => Promise<T>): Promise<T> {
  const { scratchDir: parent } = context;
  const made = ["sh", "-c", 'mkdir -p "$1" && mktemp -d "$1/capture-XXXXXX"', "folder", parent];
  const folder = (await context.onHost(made, short)).stdout.trim();
  try {
    return await body(folder);
  } finally {
    // an aborted workload runs no command any more: on another machine the folder above goes with the stack
    if (context.remote) await context.onHost(["rm", "-rf", folder], { ...short, allowFailure: true }).catch(() => {});
    else await rm(folder, { recursive: true, force: true });
  }
}

async function saveCapture(context: BootContext, packets: Capture, issuedAtMs: number, clock: RealtimeClock) {
  await context.saveRaw("tcpdump.txt", excerptOf(packets));
  const facts = {
    issuedAtMs,
    clockUncertaintyMs: clock.uncertaintyMs,
    issuedBy: context.remote ? "the host's clock" : "this process",
    syns: packets.syns.length,
    replies: packets.replies.length,
  };
  await context.saveRaw("instantiation.json", `${JSON.stringify(facts, null, 2)}\n`);
}

function firstReplySample(found: FirstReply, clock: RealtimeClock, realtime: boolean, neighbour: boolean): Sample {
  const { elapsedMs, reply, synCount, gaps } = found;
  const metadata = {
    reply: reply.flags === "S." ? "SYN-ACK" : "RST",
    syns: synCount,
    synGapMedianMs: round(gaps.medianMs),
    synGapP99Ms: round(gaps.p99Ms),
    synGapMaxMs: round(gaps.maxMs),
    synGapAtReplyMs: round(gaps.atReplyMs),
    clockUncertaintyMs: round(clock.uncertaintyMs, 6),
    proberPriority: realtime ? "SCHED_FIFO 10" : "normal",
    neighbourEntry: neighbour ? "permanent" : "by ARP: quantised to 1 s",
  };
  return { metric: "instantiation", value: round(elapsedMs), unit: "ms", metadata };
}

function phase(metric: string, atMs: number | null, issuedAtMs: number, observed: string): Sample[] {
  return atMs === null ? [] : [{ metric, value: round(atMs - issuedAtMs), unit: "ms", metadata: { observed } }];
}

async function monitorProcess(context: BootContext, clock: RealtimeClock, issuedAtMs: number): Promise<Sample[]> {
  if (context.boot.pid === null) return [];
  const pid = (await context.byHandle(context.boot.pid, { ...short, allowFailure: true })).stdout.trim();
  if (!/^[1-9]\d*$/.test(pid)) return [];
  const told = await context.onHost(["cat", `/proc/${pid}/stat`], { ...short, allowFailure: true });
  if (told.exitCode !== 0) return [];
  const uptimeMs = parseUptimeMs(readFileSync("/proc/uptime", "utf8"));
  const bootEpochMs = clock.now() - bootTimeMs(Number(process.hrtime.bigint()) / 1e6, uptimeMs);
  const value = startAfter(parseStartTicks(told.stdout), bootEpochMs, issuedAtMs);
  return value === null
    ? []
    : [{ metric: "monitor process", value: round(value), unit: "ms", metadata: { resolutionMs: tickMs } }];
}
