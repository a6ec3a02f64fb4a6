/** Every look at a host, by the name of what it shows. */
import { controlGroups, cpuSets, hugePages, modules, mounts, processorsAndMemory, sysctls } from "./kernel.ts";
import type { Look } from "./look.ts";
import { addresses, interfaces, namespaces, networkDevices, openVSwitch, packetFilter, routes } from "./network.ts";
import { filesOf, processesOf } from "./own.ts";
import { dockerObjects, libvirtObjects, xenDomains } from "./services.ts";

export function looksFor(stack: string): Record<string, Look> {
  return {
    interfaces,
    "network devices": networkDevices,
    addresses,
    routes,
    namespaces,
    "packet filter": packetFilter,
    "Open vSwitch": openVSwitch,
    mounts,
    "kernel modules": modules,
    "huge page pools": hugePages,
    sysctl: sysctls,
    "processors and memory": processorsAndMemory,
    "control groups": controlGroups,
    "CPU sets": cpuSets,
    libvirt: libvirtObjects,
    docker: dockerObjects,
    xen: xenDomains,
    processes: processesOf(stack),
    files: filesOf(stack),
  };
}
