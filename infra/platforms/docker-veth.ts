/**
 * Containers on a switch that Docker has no driver for: they have no network of Docker's, and are plugged in by a veth
 * pair when they have started, since their namespace does not exist before. With it the pair goes when they stop.
 */
import type { HostObject } from "../hosts/objects.ts";
import { quote } from "../hosts/shell.ts";
import type { ContainerPort } from "../networks/network.ts";
import { deleteLink, noIpv6 } from "../networks/parts.ts";
import { prefixOf } from "../schema.ts";

export type Veth = Extract<ContainerPort, { type: "veth" }> & {
  address: string;
  subnet: string;
  gateway: string;
  mac: string;
};

type Argv = readonly string[];

const words = (argv: Argv) => argv.map(quote).join(" ");

/** Pure: shell that plugs a running container in, whatever an earlier start of it has left. */
function plugScript(docker: Argv, name: string, veth: Veth): string {
  const { port, mac, address, subnet, gateway } = veth;
  const inside = (command: string) => `nsenter -t $pid -n ${command}`;
  return [
    `pid=$(${words([...docker, "inspect", "-f", "{{.State.Pid}}", name])})`,
    `[ "$pid" -gt 0 ] || { echo "container ${name} has ended" >&2; exit 1; }`,
    deleteLink(port),
    `ip link add ${port} type veth peer name eth0 address ${mac} netns $pid`,
    noIpv6(port),
    veth.join,
    ...(veth.offloads ? [] : [inside("ethtool -K eth0 tx off >/dev/null")]),
    inside(`ip addr add ${address}/${prefixOf(subnet)} dev eth0`),
    inside("ip link set eth0 up"),
    inside(`ip route add default via ${gateway}`),
  ].join("\n");
}

/** Pure: starts the container and plugs it in. */
export function startAndPlug(docker: Argv, name: string, veth: Veth): string[] {
  const start = `${words([...docker, "start", name])} >/dev/null`;
  return ["sh", "-c", ["set -eu", start, plugScript(docker, name, veth)].join("\n")];
}

/** Pure: ends the container as `argv` does, and takes its port out of the switch. */
export function stopAndUnplug(argv: Argv, { leave }: Veth): string[] {
  return ["sh", "-c", `${words(argv)}; code=$?\n${leave}\nexit $code`];
}

/** For a container that `up` itself has started. */
export function plugObject(docker: Argv, name: string, veth: Veth): HostObject {
  return {
    kind: "plug",
    name: veth.port,
    shared: true,
    exists: `ip link show dev ${veth.port}`,
    create: plugScript(docker, name, veth),
    remove: `${veth.leave}\n${deleteLink(veth.port)}`,
  };
}
