/**
 * A bridge of Open vSwitch: with the kernel's data path where its module exists, else with the one in user space
 * (netdev), which carries every packet through the switch's main thread. Which one it was is in the outputs.
 */
import { z } from "zod";
import type { OpenvswitchFacts } from "../hosts/openvswitch.ts";
import { defineNetwork } from "./network.ts";
import {
  containerByVeth,
  type DataPath,
  hostSwitch,
  machineByTap,
  switchBridge,
  switchJoining,
  switchSettings,
} from "./openvswitch.ts";
import { clientObject, clientPort, commonOutput, commonPlan, networkFields } from "./parts.ts";

const schema = z.strictObject({
  type: z.literal("ovs"),
  ...networkFields({ bridge: "gbo0", net: "198.18.1", namespace: "gb-client-o" }),
  dataPath: z
    .enum(["auto", "kernel", "netdev"])
    .default("auto")
    .describe("what forwards; auto: the kernel's where its module exists, else netdev, in user space"),
});

type Wanted = z.infer<typeof schema>["dataPath"];

const PACKAGES = ["openvswitch-switch", "ethtool"] as const;

/** Pure: the data path on a host with these facts. */
function dataPathOf(wanted: Wanted, { kernelDatapath }: OpenvswitchFacts): DataPath {
  return wanted === "kernel" || (wanted === "auto" && kernelDatapath) ? "system" : "netdev";
}

const spoken = { system: "kernel", netdev: "netdev (user space)" } as const;

export const ovs = defineNetwork({
  type: "ovs",
  schema,
  packages: PACKAGES,
  plan: (name, network) => ({
    ...commonPlan(name, network),
    attaches: { machines: ["tap"], containers: "veth", host: true },
  }),
  unavailable: ({ dataPath }, { facts }) => {
    const { version, kernelDatapath } = facts.openvswitch;
    if (version === null) return `Open vSwitch is not installed: apt-get install ${PACKAGES.join(" ")}`;
    if (dataPath === "kernel" && !kernelDatapath)
      return "the kernel's data path is asked for, and this host's kernel has no module openvswitch: set dataPath to auto";
    // checksums that nobody computes would stop TCP in user space
    if (dataPathOf(dataPath, facts.openvswitch) === "netdev" && facts.tools.ethtool === undefined)
      return "ethtool is not installed: apt-get install ethtool";
    return null;
  },
  hugePages: () => ({}),
  create: (plan, network, host, parent) => {
    const { access, resource } = hostSwitch(host);
    const dataPath = dataPathOf(network.dataPath, host.facts.openvswitch);
    const bridge = host.object(switchBridge(plan, access, dataPath), parent, [resource]);
    const joining = switchJoining(plan, access, dataPath, clientPort(plan));
    host.object(clientObject(plan, network.namespace, joining), parent, [bridge], [bridge]);
    return {
      machine: machineByTap(plan, host, dataPath, bridge),
      container: containerByVeth(plan, host, dataPath, bridge),
      output: {
        ...commonOutput(plan, network.namespace, host),
        settings: { "data path": spoken[dataPath], ...switchSettings(host) },
      },
    };
  },
});
