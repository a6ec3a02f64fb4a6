/**
 * A testbed for tests, as root: a bridge, a client and a "guest", both network namespaces. The guest's power is its
 * address: start adds it after a while and says when. Everything it makes begins with `gbwl` and the testbed's letter.
 */
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import type { Boot, Handle, NetworkOutput } from "../../../infra/outputs.ts";
import { plainNetwork, shellGuest } from "../../access/testing.ts";

const address = "198.18.1.10";
const mac = "52:54:00:12:01:0a";

async function script(text: string): Promise<void> {
  await execa("sh", ["-ec", text]);
}

/** One letter per test file, so that files can run at the same time. */
export function testbed(letter: string) {
  const bridge = `gbwl${letter}0`;
  const client = `gbwl${letter}-c`;
  const guest = `gbwl${letter}-g`;
  const moveAddress = (verb: "add" | "del") => `ip -n ${guest} addr ${verb} ${address}/24 dev eth0`;
  const network: NetworkOutput = plainNetwork({ argv: ["ip", "netns", "exec", client], interface: "eth0" });

  const remove = () =>
    script(`
      for n in ${client} ${guest}; do ip netns del $n 2>/dev/null || true; done
      ip link del ${bridge} 2>/dev/null || true`);

  return {
    ...{ bridge, client, guest, network, remove },
    async make(): Promise<void> {
      await remove();
      const namespaces = [client, guest].map(
        (name) => `
        ip netns add ${name}
        ip link add ${name}v type veth peer name eth0 netns ${name}
        ip link set ${name}v master ${bridge} up
        ip -n ${name} link set lo up`,
      );
      await script(`
        ip link add ${bridge} type bridge stp_state 0 forward_delay 0
        ip link set ${bridge} up${namespaces.join("")}
        ip -n ${client} link set eth0 up
        ip -n ${client} addr add 198.18.1.2/24 dev eth0
        ip -n ${guest} link set eth0 address ${mac} up`);
    },
    addAddress: () => script(moveAddress("add")),
    handle: (overrides: Partial<Handle> = {}): Handle =>
      shellGuest({
        name: "namespace",
        ...{ address, mac, interface: `${guest}v` },
        access: { type: "exec", argv: ["ip", "netns", "exec", guest, "sh", "-c"] },
        ready: { type: "ping", deadlineMs: 5_000 },
        ...overrides,
      }),
    /** Adds the address `delayMs` after the start; `times` then holds the wall clock before and after. */
    boot(folder: string, delayMs: number): Boot {
      const life = [
        `echo booting > ${folder}/console.log; sleep ${delayMs / 1000}`,
        `date +%s%N > ${folder}/times; ${moveAddress("add")}; date +%s%N >> ${folder}/times; exec sleep 60`,
      ].join("; ");
      const status = `ip -n ${guest} addr show dev eth0 | grep -q ${address} && echo on || echo off`;
      return {
        start: ["sh", "-c", `setsid sh -c '${life}' > /dev/null 2>&1 & echo $! > ${folder}/pid`],
        stop: ["sh", "-c", moveAddress("del")],
        kill: ["sh", "-c", `kill -9 $(cat ${folder}/pid); ${moveAddress("del")}`],
        status: { argv: ["sh", "-c", status], on: "on" },
        pid: ["cat", `${folder}/pid`],
        console: `${folder}/console.log`,
        memory: null,
      };
    },
  };
}

/** When the address came up, in milliseconds since the epoch. */
export async function addressTimes(folder: string): Promise<{ beforeMs: number; afterMs: number }> {
  const [before, after] = (await readFile(`${folder}/times`, "utf8")).trim().split("\n").map(Number);
  return { beforeMs: (before ?? 0) / 1e6, afterMs: (after ?? 0) / 1e6 };
}
