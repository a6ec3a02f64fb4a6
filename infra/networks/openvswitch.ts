/** What the two networks by Open vSwitch share: the switch itself, a bridge in it, and how ports are plugged in. */
import { join } from "node:path";
import type { HostComponent } from "../hosts/host.ts";
import type { HostObject, HostResource } from "../hosts/objects.ts";
import { chooseOpenvswitch, type Openvswitch } from "../hosts/openvswitch.ts";
import { runtimeDir } from "../toolchain/paths.ts";
import { tapOf, vethOf } from "./names.ts";
import type { ContainerPort, NetworkComponent, NetworkPlan, Plug, Plugged } from "./network.ts";
import { deleteLink, hostAddress, type Joining, noIpv6 } from "./parts.ts";

export type DataPath = "system" | "netdev";

interface HostSwitch {
  access: Openvswitch;
  resource: HostResource;
}

/** One switch per host, whichever network asks first. */
const switches = new WeakMap<HostComponent, HostSwitch>();

export function hostSwitch(host: HostComponent): HostSwitch {
  const known = switches.get(host);
  if (known) return known;
  const access = chooseOpenvswitch(host.stack, host.facts.openvswitch, host.markers);
  const made = { access, resource: host.object(access, host.resource) };
  switches.set(host, made);
  return made;
}

/** Shell test: exit 0 when the port really is in the data path, which `ovs-vsctl show` does not tell. */
export const inDataPath = ({ appctl }: Openvswitch, port: string) => `${appctl} dpif/show | grep -q '^ *${port} [0-9]'`;

/** Pure: a bridge of a data path, with the host's address on its own port. */
export function switchBridge(plan: NetworkPlan, access: Openvswitch, dataPath: DataPath): HostObject {
  const { vsctl } = access;
  const { bridge } = plan;
  return {
    kind: "bridge",
    name: bridge,
    taken: `ip link show dev ${bridge} || ${vsctl} br-exists ${bridge}`,
    exists: [
      `[ "$(${vsctl} get bridge ${bridge} datapath_type)" = ${dataPath} ]`,
      inDataPath(access, bridge),
      `ip addr show dev ${bridge} up | grep -qF ' ${plan.hostAddress}/'`,
    ].join(" && "),
    create: [
      `${vsctl} add-br ${bridge} -- set bridge ${bridge} datapath_type=${dataPath} fail_mode=standalone stp_enable=false rstp_enable=false mcast_snooping_enable=false`,
      present(access, bridge),
      hostAddress(plan),
    ].join("\n"),
    remove: [`${vsctl} --timeout=10 --if-exists del-br ${bridge} 2>/dev/null || true`, deleteLink(bridge)].join("\n"),
  };
}

/** Fails with the switch's own words where a port is not in the data path. */
export function present(access: Openvswitch, port: string): string {
  return [
    `i=0; until ${inDataPath(access, port)}; do`,
    "  i=$((i+1)); if [ $i -ge 50 ]; then",
    `    echo "port ${port} is not in the data path: $(${access.vsctl} get interface ${port} error); the switch's last words:" >&2`,
    `    tail -n 15 ${access.log} >&2; exit 1`,
    "  fi; sleep 0.1",
    "done",
  ].join("\n");
}

const leaving = ({ vsctl }: Openvswitch, port: string) =>
  `${vsctl} --timeout=10 --if-exists del-port ${port} 2>/dev/null || true`;

/** Pure: how a pair's end is plugged in. A port that is there already is of a device that is not, and goes first. */
export function switchJoining(plan: NetworkPlan, access: Openvswitch, dataPath: DataPath, port: string): Joining {
  return {
    joined: inDataPath(access, port),
    join: [
      `ip link set ${port} up`,
      leaving(access, port),
      `${access.vsctl} add-port ${plan.bridge} ${port}`,
      present(access, port),
    ].join("\n"),
    leave: leaving(access, port),
    offloads: dataPath === "system",
  };
}

/** Pure: a tap in the bridge. */
function switchTap(plan: NetworkPlan, access: Openvswitch, tap: string): HostObject {
  return {
    kind: "tap",
    name: tap,
    taken: `ip link show dev ${tap}`,
    exists: `ip link show dev ${tap} && ${inDataPath(access, tap)}`,
    create: [
      `ip tuntap add dev ${tap} mode tap vnet_hdr`,
      noIpv6(tap),
      `ip link set ${tap} up`,
      `${access.vsctl} add-port ${plan.bridge} ${tap}`,
      present(access, tap),
    ].join("\n"),
    remove: [leaving(access, tap), deleteLink(tap)].join("\n"),
  };
}

/** Pure: the place kept for a container's port, which is made when the container starts; it is here to be removed. */
function containerPort(stack: string, access: Openvswitch, port: string): HostObject {
  const dir = join(runtimeDir(stack), "ports");
  return {
    kind: "port",
    name: port,
    taken: `ip link show dev ${port}`,
    exists: `[ -e ${dir}/${port} ]`,
    create: `mkdir -p ${dir}; : >${dir}/${port}`,
    remove: [leaving(access, port), deleteLink(port), `rm -f ${dir}/${port}; rmdir ${dir} 2>/dev/null || true`].join(
      "\n",
    ),
  };
}

/** How virtual machines are plugged in by taps. */
export function machineByTap(
  plan: NetworkPlan,
  host: HostComponent,
  dataPath: DataPath,
  bridge: HostResource,
): NetworkComponent["machine"] {
  return ({ address }, owner) => {
    const tap = tapOf(address);
    return {
      port: { type: "tap", tap, offloads: dataPath === "system" },
      interface: tap,
      resource: host.object(switchTap(plan, hostSwitch(host).access, tap), owner, [bridge], [bridge]),
    };
  };
}

/** How containers are plugged in by veth pairs. */
export function containerByVeth(
  plan: NetworkPlan,
  host: HostComponent,
  dataPath: DataPath,
  bridge: HostResource,
): NetworkComponent["container"] {
  return ({ address }: Plug, owner): Plugged<ContainerPort> => {
    const { access } = hostSwitch(host);
    const port = vethOf(address);
    const { join, offloads } = switchJoining(plan, access, dataPath, port);
    return {
      port: { type: "veth", port, join, leave: leaving(access, port), offloads },
      interface: port,
      resource: host.object(containerPort(host.stack, access, port), owner, [bridge]),
    };
  };
}

/** What every network by Open vSwitch tells of itself. */
export function switchSettings(host: HostComponent): Record<string, string> {
  return {
    "Open vSwitch": host.facts.openvswitch.version ?? "unknown",
    daemons: hostSwitch(host).access.own ? "the stack's own" : "the host's own",
    "spanning tree": "off",
  };
}
