import { afterAll, describe, expect, test } from "vitest";
import { probeHost } from "../hosts/probe.ts";
import { thisMachine as host } from "../hosts/shell.ts";
import { root } from "../hosts/testing.ts";
import { runtimeDir } from "../toolchain/paths.ts";
import { createBench } from "./bench.ts";
import { ownFields } from "./contract.ts";
import { fieldsOf } from "./fixture.ts";

/**
 * VOSYSwitch itself is proprietary. What stands in for it here is no switch at all: QEMU's storage daemon, told to listen
 * on the sockets. It proves the launch, and nothing about packets.
 */
const STAND_IN = "/usr/bin/qemu-storage-daemon";
const own = ownFields({ type: "vosyswitch" });
const { bridge, namespace, clientAddress } = own;
const stack = `unittest-${bridge}-${process.pid}`;
const portOf = (address = "") => `gbv${address.split(".").slice(1).join("-")}.sock`;
const there = root && host.sh(`[ -x ${STAND_IN} ] && command -v ethtool || true`).trim() !== "";
const sha256 = there ? (host.sh(`sha256sum ${STAND_IN}`).split(" ")[0] ?? "") : "";

const benchWith = (program: object) =>
  createBench({
    host,
    stack,
    facts: probeHost(),
    fields: fieldsOf({
      ...own,
      program: {
        binary: STAND_IN,
        sha256,
        launch: ["{binary}", "--chardev", "null,id={client}", "{guests}"],
        guest: ["--chardev", "socket,id={name},path={socket},server=on,wait=off"],
        ...program,
      },
    }),
    machines: [11, 12],
    container: null,
    pages: null,
  });

describe.skipIf(!there)("vosyswitch, launched with a stand-in", () => {
  const bench = benchWith({});
  const process = bench.all.find(({ object }) => object.kind === "switch")?.object;
  const run = `${runtimeDir(stack)}/vosyswitch-${bridge}`;
  if (!process) throw new Error("nothing is launched");
  afterAll(() => bench.down());

  test("the program is proven by its checksum before it is run", () => {
    const other = benchWith({ sha256: "0".repeat(64) }).all.find(({ object }) => object.kind === "switch")?.object;
    expect(() => bench.make(other as never)).toThrow(`${STAND_IN} has the checksum ${sha256}, and the stack says 0000`);
    bench.remove(process);
  });

  test("one that is not there, or ends at once, is told with its last words", () => {
    const lost = benchWith({ binary: "/opt/no/vosyswitch" }).all.find(({ object }) => object.kind === "switch")?.object;
    expect(() => bench.make(lost as never)).toThrow("VOSYSwitch is not at /opt/no/vosyswitch on this host");
    bench.remove(process);
    const wrong = benchWith({ guest: ["--no-such-option", "{socket}"] }).all.find(
      ({ object }) => object.kind === "switch",
    );
    expect(() => bench.make(wrong?.object as never)).toThrow(/ended or did not answer .*no-such-option/s);
    bench.remove(process);
    expect(bench.holds(`[ -e ${run} ]`)).toBe(false);
  });

  test("runs with every guest's socket, and the load generator's namespace leads to it", () => {
    const [first, second] = bench.guests.map(({ address }) => portOf(address));
    bench.up("first");
    expect(bench.exists(process)).toBe(true);
    const argv = host.sh(`tr '\\0' ' ' </proc/$(cat ${run}/pid)/cmdline`).trim();
    expect(argv).toBe(
      `${STAND_IN} --chardev null,id=${bridge}-cl --chardev socket,id=vm0,path=${run}/${first},server=on,wait=off --chardev socket,id=vm1,path=${run}/${second},server=on,wait=off`,
    );
    expect(bench.ports).toEqual([
      { type: "vhost-user", socket: `${run}/${first}`, mode: "client" },
      { type: "vhost-user", socket: `${run}/${second}`, mode: "client" },
    ]);
    for (const port of bench.ports)
      expect(bench.holds(`[ -S ${port.type === "vhost-user" ? port.socket : ""} ]`)).toBe(true);
    expect(host.sh(`ip -n ${namespace} -o -4 addr show dev eth0`)).toContain(`${clientAddress}/24`);
    expect(host.sh(`ip netns exec ${namespace} ethtool -k eth0`)).toContain("tx-checksumming: off");
    expect(bench.up("second")).toEqual([]);
  });

  test("killed, it is brought back", () => {
    host.sh(`kill -9 $(cat ${run}/pid)`);
    expect(bench.exists(process)).toBe(false);
    expect(bench.up("third")).toContain(process);
    expect(bench.exists(process)).toBe(true);
  });

  test("nothing is left when it is taken down", () => {
    bench.down();
    expect(bench.holds(`[ -e ${run} ]`)).toBe(false);
    expect(host.sh(`grep -lsa '${run}[/]' /proc/[0-9]*/cmdline || true`).trim()).toBe("");
    expect(host.sh("ip -o link show")).not.toContain(`${bridge}-`);
  });
});
