/**
 * Open vSwitch on a host: the machine's own daemons where they answer, else daemons of the stack's own, whose database,
 * sockets, process ids and logs all lie in one folder that is gone after a reboot, like the interfaces they made.
 */
import { join } from "node:path";
import { runtimeDir } from "../toolchain/paths.ts";
import type { HostObject, Marker } from "./objects.ts";
import { alive, end } from "./processes.ts";

export interface OpenvswitchFacts {
  /** Version of ovs-vswitchd; null where it is not installed. */
  version: string | null;
  /** Whether the kernel has the module of the kernel data path, or can load it. */
  kernelDatapath: boolean;
  /** An ovs-vswitchd that was built with DPDK; null where there is none. */
  dpdkProgram: string | null;
  /** Whether DPDK's driver for memory pools is there, without which every port fails. */
  dpdkDrivers: boolean;
  /** What the machine's own switch can do; null where none answers. */
  system: "plain" | "dpdk" | null;
}

/** Sections of the host's probe; they change nothing. */
export const OPENVSWITCH_SECTIONS = `
section openvswitch; ovs-vswitchd --version 2>/dev/null | sed -n '1s/.* //p'
section openvswitchKernel; { [ -d /sys/module/openvswitch ] || modprobe -n -q openvswitch; } 2>/dev/null && echo yes
section openvswitchDpdk; for f in "$(command -v ovs-vswitchd)" /usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk; do "$f" --version 2>/dev/null | grep -q DPDK && { echo "$f"; break; }; done
section dpdkDrivers; ls /usr/lib/*/dpdk/pmds-*/librte_mempool_ring.so* 2>/dev/null | head -n 1
section systemOpenvswitch; ovs-appctl --timeout=3 version >/dev/null 2>&1 && { ovs-vsctl --timeout=3 get Open_vSwitch . dpdk_initialized | grep -x true || echo plain; } 2>/dev/null
`;

/** Parses what the sections printed; pure. */
export function parseOpenvswitch(read: (section: string) => string): OpenvswitchFacts {
  const system = read("systemOpenvswitch");
  return {
    version: read("openvswitch") || null,
    kernelDatapath: read("openvswitchKernel") === "yes",
    dpdkProgram: read("openvswitchDpdk") || null,
    dpdkDrivers: read("dpdkDrivers") !== "",
    system: system === "" ? null : system === "true" ? "dpdk" : "plain",
  };
}

/** How commands reach a switch. */
export interface Openvswitch {
  own: boolean;
  /** Shell words before an argument of ovs-vsctl, and of ovs-appctl. */
  vsctl: string;
  appctl: string;
  log: string;
  /** Shell script that ends the switch and starts it again with what its database says; null where it is not ours. */
  restart: string | null;
}

/** Folder of a stack's own switch. */
function openvswitchRunDir(stack: string): string {
  return join(runtimeDir(stack), "openvswitch");
}

function ownSwitch(stack: string, { dpdkProgram, kernelDatapath }: OpenvswitchFacts): HostObject & Openvswitch {
  const program = dpdkProgram ?? "ovs-vswitchd";
  const run = openvswitchRunDir(stack);
  const vsctl = `ovs-vsctl --db=unix:${run}/db.sock --timeout=30`;
  const places = ["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR", "RUNTIME_DIRECTORY"];
  const environment = `env -u GUESTBENCH_CAMPAIGN -u GUESTBENCH_STACK ${places.map((name) => `${name}=${run}`).join(" ")}`;
  const living = (name: string) => alive(`${run}/${name}.pid`, name);
  // the command returns when the daemon has done its first work, or has failed
  const started = (name: string, command: string) =>
    [
      `(${living(name)}) >/dev/null 2>&1 ||`,
      `timeout 60 ${environment} ${command} --pidfile=${run}/${name}.pid --log-file=${run}/${name}.log --unixctl=${run}/${name}.ctl --no-chdir --detach -vconsole:off </dev/null >/dev/null 2>&1 ||`,
      `{ echo "${name} did not start; its last words:" >&2; tail -n 15 ${run}/${name}.log >&2; exit 1; }`,
    ].join(" ");
  const startSwitch = [
    started("ovs-vswitchd", `${program} unix:${run}/db.sock`),
    // a switch that was asked to end has put its bridges' interfaces down
    `for bridge in $(${vsctl} list-br); do ip link set $bridge up || true; done`,
  ].join("\n");
  const start = [
    `mkdir -p ${run}`,
    `[ -e ${run}/conf.db ] || ovsdb-tool create ${run}/conf.db /usr/share/openvswitch/vswitch.ovsschema`,
    started("ovsdb-server", `ovsdb-server ${run}/conf.db --remote=punix:${run}/db.sock`),
    `${vsctl} --no-wait init`,
    // a switch asks for it once, when it starts
    ...(kernelDatapath ? ["modprobe -q openvswitch || true"] : []),
    startSwitch,
  ].join("\n");
  return {
    kind: "daemon",
    name: "openvswitch",
    own: true,
    vsctl,
    appctl: `ovs-appctl --target=${run}/ovs-vswitchd.ctl --timeout=10`,
    log: `${run}/ovs-vswitchd.log`,
    restart: `${end(`${run}/ovs-vswitchd.pid`, "ovs-vswitchd")}\n${startSwitch}`,
    exists: `(${living("ovsdb-server")}) && ${living("ovs-vswitchd")}`,
    // a kernel has one data path of each kind
    taken: "[ -e /sys/class/net/ovs-netdev ] || [ -e /sys/class/net/ovs-system ]",
    refusal:
      "another Open vSwitch has this host's data path (ovs-netdev or ovs-system): destroy the stack that runs it, or start the machine's own switch again",
    create: start,
    restore: start,
    remove: [
      `[ -d ${run} ] || exit 0`,
      end(`${run}/ovs-vswitchd.pid`, "ovs-vswitchd"),
      // what a switch leaves behind that was killed
      `if [ -e ${run}/conf.db ]; then ip link del ovs-netdev 2>/dev/null || true; ovs-dpctl del-dp system@ovs-system 2>/dev/null || true; fi`,
      end(`${run}/ovsdb-server.pid`, "ovsdb-server"),
      `rm -rf ${run}`,
    ].join("\n"),
  };
}

function systemSwitch(): HostObject & Openvswitch {
  const [vsctl, appctl] = ["ovs-vsctl --timeout=30", "ovs-appctl --timeout=10"];
  return {
    kind: "daemon",
    name: "openvswitch",
    own: false,
    vsctl,
    appctl,
    log: "/var/log/openvswitch/ovs-vswitchd.log",
    restart: null,
    exists: `${appctl} version && ${vsctl} get Open_vSwitch . _uuid`,
    create: "true",
    remove: "true",
    shared: true,
  };
}

/** Chosen once per stack: what the marker says, else the machine's own if it answers, else one of the stack's own. */
export function chooseOpenvswitch(
  stack: string,
  facts: OpenvswitchFacts,
  markers: readonly Marker[],
): HostObject & Openvswitch {
  const marker = markers.find(({ kind, name }) => kind === "daemon" && name === "openvswitch");
  const own = marker ? marker.restore !== null : facts.system === null;
  return own ? ownSwitch(stack, facts) : systemSwitch();
}
