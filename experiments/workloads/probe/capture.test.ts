import { describe, expect, it } from "vitest";
import { ParseError, WorkloadError } from "../../../infra/errors.ts";
import { fixture } from "../lib/fixture.ts";
import { excerptOf, findFirstReply, parseCapture } from "./capture.ts";

const address = "198.18.1.10";
const rst = parseCapture(fixture("tcpdump-rst.txt"), address, 9);
const synAck = parseCapture(fixture("tcpdump-syn-ack.txt"), address, 9);
const firstSynMs = rst.syns[0]?.atMs ?? 0;

/** A flood with SYNs at these times and one reply, in milliseconds. */
function flood(synsMs: number[], replyMs: number | null) {
  const line = (ms: number, rest: string) => `1795255324.${String(ms * 1e6).padStart(9, "0")} IP ${rest}, length 0`;
  const lines = synsMs.map((ms) => line(ms, `198.18.1.2.20000 > ${address}.9: Flags [S], seq 1, win 512`));
  if (replyMs !== null) lines.push(line(replyMs, `${address}.9 > 198.18.1.2.20000: Flags [R.], seq 0, ack 2, win 0`));
  return parseCapture(lines.sort().join("\n"), address, 9);
}
const epochMs = 1795255324_000;

describe("parseCapture", () => {
  it("tells SYNs from replies, with the kernel's time stamps", () => {
    expect(rst.syns.length + rst.replies.length).toBe(40);
    expect(rst.replies.length).toBeGreaterThan(3);
    expect(new Set(rst.replies.map((reply) => reply.flags))).toEqual(new Set(["R."]));
    expect(rst.replies[0]?.atMs).toBeCloseTo(1795255324195.31, 2);
  });

  it("does not take the client's own RST to a SYN-ACK for a reply", () => {
    expect(synAck.replies).toHaveLength(4);
    expect(new Set(synAck.replies.map((reply) => reply.flags))).toEqual(new Set(["S."]));
    expect(synAck.syns).toHaveLength(4);
  });

  it("stops at a line it cannot read", () => {
    expect(() => parseCapture("1795255324.1953 IP truncated-ip - 12 bytes missing!", address, 9)).toThrow(ParseError);
  });
});

describe("findFirstReply", () => {
  it("measures from the issue to the first reply", () => {
    const found = findFirstReply(rst, firstSynMs + 2);
    expect(found.elapsedMs).toBeCloseTo((rst.replies[0]?.atMs ?? 0) - firstSynMs - 2, 3);
    expect(found.gaps.medianMs).toBeLessThan(0.7);
    expect(found.reply.flags).toBe("R.");
  });

  it("refuses a guest that was on already and one that never answered", () => {
    expect(() => findFirstReply(rst, (rst.replies[0]?.atMs ?? 0) + 5)).toThrow(
      /answered 5.000 ms before it was started/,
    );
    expect(() => findFirstReply({ ...rst, replies: [] }, firstSynMs)).toThrow(WorkloadError);
    expect(() => findFirstReply({ ...rst, replies: [] }, firstSynMs)).toThrow(/no reply to \d+ SYNs/);
    expect(() => findFirstReply(rst, firstSynMs - 1)).toThrow(/no SYN from before the start/);
  });

  it("refuses SYNs more than a millisecond apart, and tells gaps before the reply", () => {
    expect(() => findFirstReply(flood([1, 3, 5, 7], 8), epochMs + 2)).toThrow(/2.000 ms apart \(median\)/);
    const { gaps } = findFirstReply(flood([1, 2, 3, 4, 10, 60], 11), epochMs + 2);
    expect(gaps.medianMs).toBeCloseTo(1, 3);
    expect(gaps.maxMs).toBeCloseTo(6, 3);
    expect(gaps.atReplyMs).toBeCloseTo(6, 3);
  });
});

describe("excerptOf", () => {
  it("keeps the beginning and the packets around the first reply", () => {
    const many = flood([...Array(100).keys()], 50.5);
    const lines = excerptOf(many).trimEnd().split("\n");
    expect(lines).toHaveLength(5 + 20 + 2);
    expect(lines[5]).toBe("... 36 packets ...");
    expect(lines[16]).toContain("Flags [R.]");
    expect(lines.at(-1)).toBe("... 40 packets ...");
    expect(excerptOf(flood([1, 2], null))).toBe(
      `${flood([1, 2], null)
        .packets.map((p) => p.line)
        .join("\n")}\n`,
    );
  });
});
