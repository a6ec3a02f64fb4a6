/** The host's kernel, settings and tools from the probe's sections; pure. */
import { nodesOf, xenInfo } from "./hardware.ts";
import type { Environment } from "./schema.ts";
import { scrubCommandLine, scrubText } from "./scrub.ts";
import { byFileName, pathValues, type Sections, unique } from "./sections.ts";

export function kernelOf(sections: Sections): Environment["kernel"] {
  const [, release = "", build = "", hostname = ""] = sections("uname");
  const modules = sections("modules").map((line) => line.split("\t"));
  const ofKind = (kind: string) => modules.filter(([found]) => found === kind);
  const { xen_commandline: xenCommandLine } = xenInfo(sections);
  return {
    release,
    build,
    commandLine: scrubCommandLine(sections("command-line").join(" "), hostname),
    xenCommandLine: xenCommandLine === undefined ? null : scrubCommandLine(xenCommandLine, hostname),
    kvm: Object.fromEntries(
      pathValues(sections("kvm")).map(([path, value]) => {
        const [module, , parameter] = path.split("/").slice(-3);
        return [`${module}.${parameter}`, value];
      }),
    ),
    os: (sections("os")[0] ?? "").replace(/^(["'])(.*)\1$/, "$2"),
    outOfTreeModules: Object.fromEntries(
      ofKind("taints").map(([, name, taint, version]) => [
        name,
        [`taint ${taint}`, version].filter(Boolean).join(", "),
      ]),
    ),
    driverModules: unique(ofKind("drives").map(([, name = ""]) => name)),
  };
}

/** The settings as they were probed, and what else of the host can be turned without a reboot. */
export function settingsOf(sections: Sections, probed: Readonly<Record<string, string>>): Environment["settings"] {
  const { online } = byFileName(sections("cpus"));
  const { xen_scheduler: scheduler } = xenInfo(sections);
  const nodes = Object.entries(nodesOf(sections)).map(([node, cpus]) => [`CPUs online of ${node}`, cpus]);
  const settings: Record<string, string> = {
    ...(nodes.length > 1 ? Object.fromEntries(nodes) : {}),
    ...(online === undefined ? {} : { "CPUs online": online }),
    ...(scheduler === undefined ? {} : { "Xen scheduler": scheduler }),
    ...probed,
  };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, scrubText(value)]));
}

const patterns: Record<string, RegExp> = {
  qemu: /version ([^\s,]+(?: \([^)]*\))?)/,
  libvirt: /\(libvirt\) (\S+)/,
  docker: /version ([^\s,]+)/,
  containerd: /^containerd \S+ (\S+)/,
  runc: /version (\S+)/,
  rkt: /Version: (\S+)/,
  openvswitch: /\(Open vSwitch\) (\S+)/,
  iperf3: /^iperf (\S+)/,
  ping: /(iputils \S+|iputils-\S+|BusyBox \S+)/,
  tcpdump: /version (\S+)/,
};

export function toolsOf(sections: Sections): Environment["tools"] {
  const printed = Object.fromEntries(sections("tools").map((line) => line.split("\t", 2) as [string, string]));
  const versions = Object.entries(printed).map(([tool, text = ""]) => [
    tool,
    // never the text itself, in which a tool may name the host
    patterns[tool]?.exec(text.trim())?.[1] ?? "version not understood",
  ]);
  const dpdk = /DPDK (\S+)/.exec(printed.openvswitch ?? "")?.[1];
  const { xen_version: xen } = xenInfo(sections);
  return {
    versions: { ...Object.fromEntries(versions), ...(dpdk ? { dpdk } : {}), ...(xen ? { xen } : {}) },
    packages: Object.fromEntries(sections("packages").map((line) => line.split("\t", 2) as [string, string])),
  };
}
