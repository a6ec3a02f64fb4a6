/** Reads what `tcpdump -tt -n` prints of a SYN flood, and finds the moment the guest first answered. */
import { ParseError, WorkloadError } from "../../../infra/errors.ts";

interface Packet {
  /** Milliseconds since the epoch: the kernel's time stamp. */
  atMs: number;
  from: string;
  flags: string;
  line: string;
}

export interface Capture {
  syns: Packet[];
  /** RST or SYN-ACK from the guest. */
  replies: Packet[];
  /** Both, as captured. */
  packets: Packet[];
}

const packetLine = /^(\d+)\.(\d+) IP (\S+)\.(\d+) > (\S+)\.(\d+): Flags \[([^\]]*)\]/;

/** Packets between anybody and `address:port`; lines about anything else are passed over, broken ones are an error. */
export function parseCapture(text: string, address: string, port: number): Capture {
  const packets: Packet[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const match = packetLine.exec(line);
    if (!match) throw new ParseError(`tcpdump: cannot read line "${line.slice(0, 120)}"`);
    const [, seconds = "", fraction = "", from = "", fromPort, to = "", toPort, flags = ""] = match;
    const atMs = Number(seconds) * 1000 + Number(`0.${fraction}`) * 1000;
    const isSyn = to === address && Number(toPort) === port && flags === "S";
    const isReply = from === address && Number(fromPort) === port && /^(R\.?|S\.)$/.test(flags);
    if (isSyn || isReply) packets.push({ atMs, from, flags, line });
  }
  return {
    packets,
    syns: packets.filter((packet) => packet.from !== address),
    replies: packets.filter((packet) => packet.from === address),
  };
}

interface Gaps {
  medianMs: number;
  p99Ms: number;
  maxMs: number;
  /** Between the last two SYNs before the first reply: how late the reply can be for want of a SYN. */
  atReplyMs: number;
}

export interface FirstReply {
  /** From the start command's issue to the first reply. */
  elapsedMs: number;
  reply: Packet;
  synCount: number;
  gaps: Gaps;
}

/** SYNs further apart than this would be the clock that the result is read from. */
const maxMedianGapMs = 1;

/** Throws WorkloadError where the capture holds no valid measurement. */
export function findFirstReply({ syns, replies }: Capture, issuedAtMs: number): FirstReply {
  const reply = replies[0];
  if (!reply) throw new WorkloadError(`no reply to ${syns.length} SYNs in the capture`);
  const elapsedMs = reply.atMs - issuedAtMs;
  if (elapsedMs < 0) {
    throw new WorkloadError(`the guest answered ${(-elapsedMs).toFixed(3)} ms before it was started: ${reply.line}`);
  }
  if (!syns.some((syn) => syn.atMs < issuedAtMs)) {
    throw new WorkloadError("the capture holds no SYN from before the start command was issued");
  }
  const gaps = gapsOf(syns, reply.atMs);
  if (!(gaps.medianMs <= maxMedianGapMs)) {
    throw new WorkloadError(`SYNs were ${gaps.medianMs.toFixed(3)} ms apart (median); at most 1 ms is allowed`);
  }
  return { elapsedMs, reply, synCount: syns.length, gaps };
}

/** Of the SYNs up to the reply: what was sent later had no part in the result. */
function gapsOf(syns: readonly Packet[], replyAtMs: number): Gaps {
  const times = syns.map((syn) => syn.atMs).filter((atMs) => atMs <= replyAtMs);
  const inOrder = times.slice(1).map((atMs, i) => atMs - (times[i] ?? atMs));
  const sorted = inOrder.toSorted((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  return {
    medianMs: quantile(0.5),
    p99Ms: quantile(0.99),
    maxMs: quantile(1),
    atReplyMs: inOrder.at(-1) ?? Number.NaN,
  };
}

/** The part worth keeping: the first five packets and twenty around the first reply. */
export function excerptOf({ packets, replies }: Capture): string {
  const first = packets.slice(0, 5);
  const at = replies[0] ? packets.indexOf(replies[0]) : packets.length;
  const start = Math.max(first.length, at - 10);
  const around = packets.slice(start, start + 20);
  const left = [start - first.length, packets.length - start - around.length];
  const omitted = (count: number | undefined) => (count ? [`... ${count} packets ...`] : []);
  const lines = (some: Packet[]) => some.map((packet) => packet.line);
  return `${[...lines(first), ...omitted(left[0]), ...lines(around), ...omitted(left[1])].join("\n")}\n`;
}
