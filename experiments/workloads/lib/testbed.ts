/**
 * A testbed for tests, as root: a bridge, a client and a "guest", both network namespaces. The guest's power is its
 * address: start adds it after a while and says when. Everything it makes begins with gbwl.
 */
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import type { Boot, Handle, NetworkOutput } from "../../../infra/outputs.ts";
import { plainNetwork, shellGuest } from "../../access/testing.ts";

const guestAddress = "198.18.1.10";
const guestMac = "52:54:00:12:01:0a";

async function script(text: string): Promise<void> {
  await execa("sh", ["-ec", text]);
}

export async function makeTestbed(): Promise<void> {
  await removeTestbed();
  const namespaces = ["c", "g"].map(
    (n) => `
    ip netns add gbwl-${n}
    ip link add gbwl-v${n} type veth peer name eth0 netns gbwl-${n}
    ip link set gbwl-v${n} master gbwl0 up
    ip -n gbwl-${n} link set lo up`,
  );
  await script(`
    ip link add gbwl0 type bridge stp_state 0 forward_delay 0
    ip link set gbwl0 up${namespaces.join("")}
    ip -n gbwl-c link set eth0 up
    ip -n gbwl-c addr add 198.18.1.2/24 dev eth0
    ip -n gbwl-g link set eth0 address ${guestMac} up`);
}

export async function removeTestbed(): Promise<void> {
  await script(`
    for n in c g; do ip netns del gbwl-$n 2>/dev/null || true; done
    ip link del gbwl0 2>/dev/null || true`);
}

export const network: NetworkOutput = plainNetwork({ argv: ["ip", "netns", "exec", "gbwl-c"], interface: "eth0" });

export function namespaceGuest(overrides: Partial<Handle> = {}): Handle {
  return shellGuest({
    name: "namespace",
    ...{ address: guestAddress, mac: guestMac, interface: "gbwl-vg" },
    access: { type: "exec", argv: ["ip", "netns", "exec", "gbwl-g", "sh", "-c"] },
    ready: { type: "ping", deadlineMs: 5_000 },
    ...overrides,
  });
}

const address = (verb: "add" | "del") => `ip -n gbwl-g addr ${verb} ${guestAddress}/24 dev eth0`;

/** Adds the address `delayMs` after the start; `times` then holds the wall clock before and after, in nanoseconds. */
export function addressBoot(folder: string, delayMs: number): Boot {
  const life = [
    `echo booting > ${folder}/console.log; sleep ${delayMs / 1000}`,
    `date +%s%N > ${folder}/times; ${address("add")}; date +%s%N >> ${folder}/times; exec sleep 60`,
  ].join("; ");
  const status = `ip -n gbwl-g addr show dev eth0 | grep -q ${guestAddress} && echo on || echo off`;
  return {
    start: ["sh", "-c", `setsid sh -c '${life}' > /dev/null 2>&1 & echo $! > ${folder}/pid`],
    stop: ["sh", "-c", address("del")],
    kill: ["sh", "-c", `kill -9 $(cat ${folder}/pid); ${address("del")}`],
    status: { argv: ["sh", "-c", status], on: "on" },
    pid: ["cat", `${folder}/pid`],
    console: `${folder}/console.log`,
    memory: null,
  };
}

/** When the address came up, in milliseconds since the epoch. */
export async function addressTimes(folder: string): Promise<{ beforeMs: number; afterMs: number }> {
  const [before, after] = (await readFile(`${folder}/times`, "utf8")).trim().split("\n").map(Number);
  return { beforeMs: (before ?? 0) / 1e6, afterMs: (after ?? 0) / 1e6 };
}
