/** How a virtual machine's network card goes with the port that its network gives it. */
import type { HostContext } from "../hosts/host.ts";
import type { MachinePort, NetworkPlan } from "../networks/network.ts";

interface Card {
  vhost: boolean;
  preCreatedTap: boolean;
}

/** Why a virtual machine with such a card cannot be plugged into a network; null where it can. */
export function machineRefuses({ vhost, preCreatedTap }: Card, { attaches }: NetworkPlan): string | null {
  const { machines } = attaches;
  if (!preCreatedTap && !machines.includes("bridge"))
    return "preCreatedTap: false leaves the tap to libvirt, which cannot plug it into such a network";
  if (vhost && !machines.includes("tap"))
    return "vhost is virtio-net in the host's kernel, and such a network is reached by vhost-user only";
  return null;
}

/**
 * QEMU 7.2 crashes under TCG when a vhost-user device has interrupts by message (MSI-X), and 10.0 does not. Between them
 * nobody looked, and plain interrupts cost nothing there, as guests under TCG are not compared.
 */
export function messageInterrupts(
  port: MachinePort,
  { accelerator, facts }: Pick<HostContext, "accelerator" | "facts">,
): boolean {
  const crashes = accelerator.name === "tcg" && Number.parseInt(facts.tools.qemu ?? "", 10) < 10;
  return !(port.type === "vhost-user" && crashes);
}

/** What the report says of the port. */
export function portSettings(port: MachinePort, vhost: boolean): Record<string, string> {
  if (port.type === "vhost-user")
    return { port: `vhost-user, ${port.mode === "server" ? "QEMU" : "the switch"} listens` };
  return {
    vhost: vhost ? "on" : "off",
    tap: port.type === "tap" ? "made before the guest" : "made at start",
    ...(port.type === "tap" && !port.offloads ? { "checksum offload": "off" } : {}),
  };
}
