/**
 * The Docker and libvirt daemons that serve a stack: the machine's own where they answer, else daemons of the stack's
 * own with all their state under its directories, started by `up` and stopped by `destroy`.
 */
import { join } from "node:path";
import { InfraError } from "../errors.ts";
import { hostStateDir, runtimeDir } from "../toolchain/paths.ts";
import { type HostObject, type Marker, readMarkers } from "./objects.ts";
import { type HostFacts, missingObjects } from "./probe.ts";
import { alive, end, launch } from "./processes.ts";
import { type HostShell, thisMachine } from "./shell.ts";
import { forwardedSockets } from "./ssh.ts";

/** How guests' definitions and power commands reach a daemon. */
export interface DaemonAccess {
  own: boolean;
  /** On the host; libvirt: a connection URI; docker: a host URI. */
  uri: string;
}

/** How a daemon of a host over ssh is reached from here: by the socket that the shared connection carries. */
export function uriFromHere(
  name: "docker" | "libvirt",
  { own, uri }: DaemonAccess,
  stack: string,
  host: HostShell,
): string {
  if (host.prefix.length === 0) return uri;
  const { here } = forwardedSockets(stack)[own ? name : `system-${name}`] ?? {};
  return name === "docker" ? `unix://${here}` : `qemu:///system?socket=${here}`;
}

export function dockerDaemon(stack: string): HostObject & DaemonAccess {
  const run = join(runtimeDir(stack), "docker");
  const state = join(hostStateDir(stack), "docker");
  const uri = `unix://${run}/docker.sock`;
  const command = [
    `dockerd --host ${uri} --data-root ${state} --exec-root ${run}/exec --pidfile ${run}/docker.pid`,
    "--bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --userland-proxy=false",
    `--config-file ${run}/daemon.json`,
  ].join(" ");
  const start = [
    `mkdir -p ${run} ${state}`,
    `echo {} >${run}/daemon.json`,
    launch("dockerd", command, `docker -H ${uri} version`, `${run}/dockerd.log`),
  ].join("\n");
  return {
    kind: "daemon",
    name: "docker",
    own: true,
    uri,
    exists: alive(`${run}/docker.pid`, "dockerd"),
    create: start,
    restore: start,
    remove: [
      end(`${run}/docker.pid`, "dockerd"),
      `for m in $(awk -v p=${run}/ -v q=${state}/ 'index($2, p) == 1 || index($2, q) == 1 {print $2}' /proc/mounts | sort -r); do umount $m 2>/dev/null || true; done`,
      `rm -rf ${run} ${state}`,
      // the engine leaves its empty parent group in every cgroup v1 controller
      "for g in /sys/fs/cgroup/*/docker /sys/fs/cgroup/docker; do [ ! -d $g ] || find $g -depth -type d -exec rmdir {} + 2>/dev/null || true; done",
    ].join("\n"),
  };
}

/** Where libvirtd keeps things that cannot be moved by an option: each is a directory of ours in its mount namespace. */
const PRIVATE = {
  etc: "/etc/libvirt",
  lib: "/var/lib/libvirt",
  run: "/run/libvirt",
  log: "/var/log/libvirt",
  cache: "/var/cache/libvirt",
};

export function libvirtPidDir(stack: string, own: boolean): string {
  return own ? join(runtimeDir(stack), "libvirt", "run", "qemu") : "/run/libvirt/qemu";
}

export function libvirtDaemon(stack: string, hugetlbfs: string | null): HostObject & DaemonAccess {
  const run = join(runtimeDir(stack), "libvirt");
  const state = join(hostStateDir(stack), "libvirt");
  const place = (key: string) => (key === "run" ? `${run}/run` : `${state}/${key}`);
  const uri = `qemu:///system?socket=${run}/run/libvirt-sock`;
  const binds = Object.entries(PRIVATE).map(([key, path]) => `mount --bind ${place(key)} ${path}`);
  const inside = [...binds, `exec libvirtd --config ${state}/etc/libvirtd.conf --pid-file ${run}/libvirtd.pid`].join(
    " && ",
  );
  const qemuConf = [
    'security_driver = "none"',
    'user = "root"',
    'group = "root"',
    "namespaces = []",
    'stdio_handler = "file"',
    "dynamic_ownership = 0",
    "remember_owner = 0",
    ...(hugetlbfs === null ? [] : [`hugetlbfs_mount = "${hugetlbfs}"`]),
  ];
  const start = [
    `mkdir -p ${Object.keys(PRIVATE).map(place).join(" ")} ${Object.values(PRIVATE).join(" ")}`,
    // what the host's own libvirtd learned of QEMU need not be found out again; libvirt itself sees whether it still holds
    `[ -d ${state}/cache/qemu ] || [ ! -d ${PRIVATE.cache}/qemu/capabilities ] || { mkdir ${state}/cache/qemu && cp -a ${PRIVATE.cache}/qemu/capabilities ${state}/cache/qemu/; }`,
    `cat >${state}/etc/qemu.conf <<'END'\n${qemuConf.join("\n")}\nEND`,
    `printf '%s\\n' 'auth_unix_rw = "none"' 'unix_sock_rw_perms = "0700"' >${state}/etc/libvirtd.conf`,
    launch(
      "libvirtd",
      `unshare --mount --propagation private sh -c '${inside}'`,
      `virsh -q -c '${uri}' uri`,
      `${run}/libvirtd.log`,
    ),
  ].join("\n");
  return {
    kind: "daemon",
    name: "libvirt",
    own: true,
    uri,
    exists: alive(`${run}/libvirtd.pid`, "libvirtd"),
    create: start,
    restore: start,
    remove: [
      `for p in ${run}/run/qemu/*.pid; do [ -e $p ] || continue; pid=$(cat $p); grep -q qemu-system /proc/$pid/comm 2>/dev/null && kill -9 $pid 2>/dev/null || true; done`,
      end(`${run}/libvirtd.pid`, "libvirtd"),
      `rm -rf ${run} ${state}`,
      "for g in /sys/fs/cgroup/*/machine /sys/fs/cgroup/machine; do [ ! -d $g ] || find $g -depth -type d -exec rmdir {} + 2>/dev/null || true; done",
    ].join("\n"),
  };
}

/** The machine's own daemon as an object: nothing to make or remove, but its marker records the choice. */
function systemDaemon(name: string, uri: string, answers: string): HostObject & DaemonAccess {
  return { kind: "daemon", name, own: false, uri, exists: answers, create: "true", remove: "true", shared: true };
}

export const systemDocker = () =>
  systemDaemon("docker", "unix:///var/run/docker.sock", "docker -H unix:///var/run/docker.sock version");

/** Chooses each daemon once per stack: what the marker says, else the machine's own if it answers, else our own. */
export function chooseDaemons(stack: string, facts: HostFacts, hugetlbfs: string | null, markers: readonly Marker[]) {
  const recorded = (name: string) => markers.find((m) => m.kind === "daemon" && m.name === name);
  const pick = <T extends HostObject & DaemonAccess>(own: T, system: T, answers: boolean): T => {
    const marker = recorded(own.name);
    if (marker) return marker.restore === null ? system : own;
    return answers ? system : own;
  };
  return {
    docker: pick(dockerDaemon(stack), systemDocker(), facts.systemDocker),
    libvirt: pick(
      libvirtDaemon(stack, hugetlbfs),
      systemDaemon("libvirt", "qemu:///system", "virsh -q -c qemu:///system uri"),
      facts.systemLibvirt,
    ),
  };
}

/** Brings back daemons of the stack that died or were lost with a reboot: without them, not even a destroy can work. */
export function restoreDaemons(stack: string, host: HostShell = thisMachine): string[] {
  const daemons = readMarkers(stack, host).filter((m) => m.kind === "daemon" && m.complete);
  return [...missingObjects(daemons, host)].map((marker) => {
    if (marker.restore === null) {
      throw new InfraError(
        `the ${marker.name} daemon of ${host.name}, which stack ${stack} uses, does not answer: start it`,
      );
    }
    try {
      host.sh(`set -eu\n${marker.restore}`);
    } catch (cause) {
      throw new InfraError(
        `the ${marker.name} daemon of stack ${stack} could not be started again: ${(cause as Error).message}`,
        { cause },
      );
    }
    return `${marker.name} daemon started again`;
  });
}
