/** For tests: what every network must do, on a real host. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostFacts, probeHost } from "../hosts/probe.ts";
import { type HostShell, thisMachine } from "../hosts/shell.ts";
import { root } from "../hosts/testing.ts";
import { runtimeDir } from "../toolchain/paths.ts";
import {
  type Bench,
  type BenchImage,
  type BenchOptions,
  containerOf,
  createBench,
  machinesOf,
  tinyImage,
  untilAnswers,
} from "./bench.ts";
import { fieldsOf } from "./fixture.ts";
import { networkDriverOf } from "./index.ts";

interface Contract {
  /** Type and what else the network is declared with; names and addresses are this process's own. */
  fields: { type: string } & Record<string, unknown>;
  /** Shell that kills the switch, however it likes. */
  kill(bench: Bench, stack: string): string;
  /** Whether guests that run meanwhile are connected again when it is back. */
  guestsSurvive: boolean;
  host?: HostShell;
  /** Default: what the host is found to be. */
  facts?: HostFacts;
  /** Default: ordinary ones. */
  pages?: "2MiB";
  /** Default: the project's own trimmed image, on this machine. */
  image?: () => BenchImage;
}

const MINUTES = 60_000;

/** Names and addresses that another run of these tests on the same machine does not have. */
export function ownFields<T extends object>(fields: T) {
  const slot = (process.pid % 250) + 1;
  const net = `198.19.${slot}`;
  return {
    bridge: `gbk${slot}`,
    namespace: `gbk-c${slot}`,
    subnet: `${net}.0/24`,
    hostAddress: `${net}.1`,
    clientAddress: `${net}.2`,
    ...fields,
  };
}

/** Bits per second that iperf3 says have arrived. */
const received = (json: string) =>
  (JSON.parse(json) as { end: { sum_received: { bits_per_second: number } } }).end.sum_received.bits_per_second;

export function networkContract(title: string, contract: Contract): void {
  const { fields: input, kill, guestsSurvive, host = thisMachine, pages = null, image = tinyImage } = contract;
  const fields = fieldsOf(ownFields(input));
  const stack = `unittest-${fields.bridge}-${process.pid}`;
  const facts = contract.facts ?? probeHost(host);
  const reason = root ? networkDriverOf(fields).unavailable(fields, { stack, facts, markers: [] }) : "needs root";
  const { attaches } = networkDriverOf(fields).plan("lan", fields);
  const options: BenchOptions = {
    host,
    stack,
    fields,
    facts,
    machines: [11, 12],
    container: attaches.containers === "veth" ? 13 : null,
    pages,
  };

  describe.skipIf(reason !== null)(reason === null ? title : `${title}: ${reason}`, { timeout: 5 * MINUTES }, () => {
    let bench: Bench;
    let machines: ReturnType<typeof machinesOf>;
    const client = `ip netns exec ${fields.namespace}`;
    const links = () => host.sh("ip -o link show | awk -F': ' '{print $2}' | sed 's/@.*//'").trim().split("\n");
    const net = fields.subnet.split(".").slice(1, 3).join("-");
    const own = new RegExp(`^(ovs-|${fields.bridge}(-|$)|gb[tvc]${net}-)`);
    const mine = () => links().filter((name) => own.test(name));
    let before: { links: string[]; pool: string } = { links: [], pool: "" };
    const pool = () => host.sh("cat /sys/kernel/mm/hugepages/*/nr_hugepages");
    const container = () => (options.container === null ? null : containerOf(bench, options));
    const everyAddress = () => [
      ...bench.guests.map(({ address }) => address),
      ...(bench.containerAddress ? [bench.containerAddress] : []),
    ];

    beforeAll(() => {
      before = { links: mine(), pool: pool() };
      bench = createBench(options);
      machines = machinesOf(bench, options, image());
    }, 20 * MINUTES);

    afterAll(() => {
      // only where a test before it has failed is there anything left to do
      for (const part of [() => container()?.stop(), () => machines.stop(), () => bench.down()]) {
        try {
          part();
        } catch {
          // it was not there
        }
      }
    }, 5 * MINUTES);

    test.runIf(attaches.host)(
      "an address that the host has already is refused, and nothing of the other's is touched",
      () => {
        const other = `${fields.bridge}-x`;
        const bridge = bench.all.findIndex(({ object }) => object.kind === "bridge");
        host.sh(
          `ip link add ${other} type veth peer name ${other}p && ip addr add ${fields.hostAddress}/32 dev ${other}`,
        );
        for (const { object } of bench.all.slice(0, bridge)) bench.make(object);
        const made = bench.all.slice(0, bridge + 1).map(({ object }) => object);
        expect(() => bench.make(made.at(-1) as never)).toThrow(
          `${fields.hostAddress} is already the address of interface ${other}`,
        );
        for (const object of made.toReversed()) bench.remove(object);
        expect(host.sh(`ip -o addr show dev ${other}`)).toContain(fields.hostAddress);
        host.sh(`ip link del ${other}`);
      },
    );

    test("comes up, and a second look finds everything there", () => {
      bench.up("first");
      for (const { object } of bench.all)
        expect([object.kind, object.name, bench.exists(object)]).toEqual([object.kind, object.name, true]);
      expect(bench.up("second")).toEqual([]);
    });

    test("guests start, and the load generator reaches each of them", () => {
      machines.start();
      container()?.start();
      machines.ready();
      for (const address of everyAddress()) host.sh(untilAnswers(client, address, 20));
    });

    test("guests reach each other", () => {
      const [first, second] = bench.guests;
      expect(machines.run(first?.address ?? "", `ping -c 3 ${second?.address}`)).toMatch(
        /3 packets received|3 received/,
      );
      const plugged = container();
      if (plugged) host.sh(untilAnswers(plugged.prefix, first?.address ?? "", 10));
    });

    test.runIf(attaches.host)("the host reaches them", () => {
      for (const address of everyAddress()) host.sh(untilAnswers("", address, 10));
    });

    test("TCP gets through in both directions, between guests and from outside", () => {
      const [first, second] = bench.guests.map(({ address }) => address);
      // 1451 is its port
      const listens =
        "i=0; until grep -q :1451 /proc/net/tcp*; do i=$((i+1)); [ $i -lt 100 ] || exit 1; sleep 0.1; done";
      machines.run(first ?? "", `iperf3 -s -D; ${listens}`);
      for (const way of ["", "-R"]) {
        expect(received(host.sh(`${client} timeout 20 iperf3 -J -c ${first} -t 1 ${way}`))).toBeGreaterThan(1e6);
        expect(received(machines.run(second ?? "", `iperf3 -J -c ${first} -t 1 ${way}`))).toBeGreaterThan(1e6);
        const plugged = container();
        if (plugged)
          expect(received(host.sh(`${plugged.prefix} timeout 20 iperf3 -J -c ${first} -t 1 ${way}`))).toBeGreaterThan(
            1e6,
          );
      }
    });

    test.runIf(options.container !== null)("a container that was killed is plugged in again by its next start", () => {
      const plugged = container();
      plugged?.stop();
      expect(links()).not.toContain(bench.veth && "port" in bench.veth ? bench.veth.port : "");
      plugged?.start();
      host.sh(untilAnswers(client, plugged?.address ?? "", 20));
    });

    test("a switch that was killed is brought back", () => {
      host.sh(kill(bench, stack));
      expect(bench.all.some(({ object }) => !bench.exists(object))).toBe(true);
      if (!guestsSurvive) machines.stop();
      expect(bench.up("third").length).toBeGreaterThan(0);
      for (const { object } of bench.all)
        expect([object.kind, object.name, bench.exists(object)]).toEqual([object.kind, object.name, true]);
      if (!guestsSurvive) machines.start();
      machines.ready();
      for (const address of everyAddress()) host.sh(untilAnswers(client, address, 20));
      if (attaches.host) host.sh(untilAnswers("", fields.clientAddress, 20));
    });

    test("nothing is left when it is taken down", () => {
      container()?.stop();
      machines.stop();
      bench.down();
      for (const { object } of bench.all.filter(({ object }) => !object.shared))
        expect([object.kind, object.name, bench.exists(object)]).toEqual([object.kind, object.name, false]);
      expect(mine()).toEqual(before.links);
      expect(host.sh("ip netns list").split(/\s+/)).not.toContain(fields.namespace);
      expect(bench.holds(`[ -e ${runtimeDir(stack)} ]`)).toBe(false);
      expect(host.sh(`grep -lsa '${runtimeDir(stack)}[/]' /proc/[0-9]*/cmdline || true`).trim()).toBe("");
      expect(pool()).toBe(before.pool);
    });
  });
}
