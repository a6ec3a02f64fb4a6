/**
 * A host over the system's own ssh: one shared connection per stack, the host key pinned, everything else (aliases, jump
 * hosts, agents) from the user's own ~/.ssh/config. The connection also carries the sockets of the host's daemons.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../errors.ts";
import { runtimeDir } from "../toolchain/paths.ts";
import type { SshAccess } from "./access.ts";
import { type HostShell, quote, shellBehind } from "./shell.ts";

/** An ssh access with nothing left open. */
export type Reachable = SshAccess & { address: string; hostKey: string };

/** Variables that a command on the host gets from the one that sent it. */
const FORWARDED = [
  "GENERATION",
  "GUESTBENCH_STACK",
  "GUESTBENCH_CAMPAIGN",
  "GUESTBENCH_COMMAND",
  "PULUMI_COMMAND_STDOUT",
];

/** Sockets of the host's daemons as they are here, and there. */
export function forwardedSockets(stack: string): Record<string, { here: string; there: string }> {
  const own = (daemon: string, socket: string) => join(runtimeDir(stack), daemon, socket);
  const there: Record<string, string> = {
    docker: own("docker", "docker.sock"),
    libvirt: own("libvirt", "run/libvirt-sock"),
    "system-docker": "/var/run/docker.sock",
    "system-libvirt": "/var/run/libvirt/libvirt-sock",
  };
  return Object.fromEntries(
    Object.entries(there).map(([name, path]) => [name, { here: join(sshRunDir(stack), `${name}.sock`), there: path }]),
  );
}

/** Folder of a stack's connection: short, since sockets live in it, and gone after a reboot. */
export function sshRunDir(stack: string): string {
  const root = process.getuid?.() === 0 ? "/run" : (process.env.XDG_RUNTIME_DIR ?? tmpdir());
  return join(root, "guestbench-ssh", stack);
}

/** Pure: the configuration; what it leaves open is the user's own. */
export function renderConfig(access: Reachable, dir: string, home: string): string {
  const own = {
    User: access.user,
    ...(access.port === undefined ? {} : { Port: String(access.port) }),
    ...(access.identityFile === undefined
      ? {}
      : { IdentityFile: access.identityFile.replace(/^~(?=\/)/, home), IdentitiesOnly: "yes" }),
    HostKeyAlias: "guestbench-host",
    UserKnownHostsFile: join(dir, "known_hosts"),
    GlobalKnownHostsFile: "/dev/null",
    StrictHostKeyChecking: "yes",
    BatchMode: "yes",
    ConnectTimeout: "10",
    ServerAliveInterval: "5",
    ServerAliveCountMax: "3",
    ControlPath: join(dir, "control"),
    LogLevel: "ERROR",
    ForwardX11: "no",
    ForwardAgent: "no",
  };
  return [
    `Host ${access.address}`,
    ...Object.entries(own).map(([key, value]) => `  ${key} ${value}`),
    "Host *",
    `Include ${join(home, ".ssh/config")}`,
    "Include /etc/ssh/ssh_config",
    "",
  ].join("\n");
}

/** Shell lines that append the arguments to $q, each as one word for the shell at the other end; no process is started. */
const QUOTE_ARGUMENTS = `q="$q exec"
for a; do
  r=
  while case $a in *\\'*) true ;; *) false ;; esac; do
    r="$r\${a%%\\'*}'\\\\''"
    a=\${a#*\\'}
  done
  q="$q '$r$a'"
done`;

/** Pure: the program that runs its arguments on the host, connecting first where there is no connection. */
export function renderRun(stack: string, access: Reachable, dir: string): string {
  const ssh = `ssh -F ${quote(join(dir, "config"))}`;
  const forwards = Object.values(forwardedSockets(stack)).map(({ here, there }) => `-L ${here}:${there}`);
  return `#!/bin/sh
# Runs a command on the host of the stack ${stack}: run PROGRAM [ARGUMENT…]. Made by guestbench.
if ! [ -S ${dir}/control ]; then
  (
    flock 9
    [ -S ${dir}/control ] || env -u GUESTBENCH_STACK -u GUESTBENCH_CAMPAIGN ${ssh} -f -N -M -o ControlPersist=yes -o StreamLocalBindUnlink=yes \\
      ${forwards.join(" ")} ${access.address} </dev/null >/dev/null 2>${dir}/connect.log 9>&- || { cat ${dir}/connect.log >&2; exit 255; }
  ) 9>${dir}/lock || exit 255
fi
q=
${FORWARDED.map((name) => `[ -z "\${${name}+x}" ] || q="$q export ${name}='$${name}';"`).join("\n")}
${QUOTE_ARGUMENTS}
exec ${ssh} ${access.address} "$q"
`;
}

/** Pure: what an ssh to a guest behind the host uses as its ProxyCommand, with address and port as arguments. */
function renderTunnel(access: Reachable, dir: string): string {
  return `#!/bin/sh\nexec ssh -F ${quote(join(dir, "config"))} -W "$1:$2" ${access.address}\n`;
}

/** The file that reaches a port of the host's networks: PROGRAM ADDRESS PORT. */
export function tunnelProgram(stack: string): string {
  return join(sshRunDir(stack), "tunnel");
}

/** Makes the connection's files and returns the host's shell; connects with the first command. */
export function sshShell(stack: string, access: Reachable): HostShell {
  const dir = sshRunDir(stack);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const files: [string, string, number][] = [
    ["config", renderConfig(access, dir, homedir()), 0o600],
    ["known_hosts", `guestbench-host ${access.hostKey}\n`, 0o600],
    ["run", renderRun(stack, access, dir), 0o755],
    ["tunnel", renderTunnel(access, dir), 0o755],
  ];
  for (const [name, text, mode] of files) {
    const file = join(dir, name);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    // what the old connection led to is not the host that the stack means now
    closeConnection(dir);
    rmSync(file, { force: true });
    writeFileSync(file, text, { mode });
  }
  return shellBehind([join(dir, "run")], `${access.user}@${access.address}`);
}

function closeConnection(dir: string): void {
  const control = join(dir, "control");
  if (existsSync(control))
    spawnSync("ssh", ["-F", "none", "-S", control, "-O", "exit", "host"], { stdio: "ignore", timeout: 10_000 });
}

/** Ends the shared connection and forgets its files. */
export function disconnect(stack: string): void {
  closeConnection(sshRunDir(stack));
  rmSync(sshRunDir(stack), { recursive: true, force: true });
}

/** The public keys that a host shows, to be compared by eye before one of them goes into a stack. */
export function scanHostKeys(address: string, port: number): { type: string; key: string; fingerprint: string }[] {
  let found = "";
  try {
    found = execFileSync("ssh-keyscan", ["-T", "10", "-p", String(port), address], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 30_000,
    });
  } catch {
    // said below
  }
  const lines = found.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length === 0)
    throw new ConfigError(`${address} port ${port} shows no ssh host key: is it on, and is sshd running?`);
  return lines.map((line) => {
    const [, type = "", key = ""] = line.split(" ");
    const told = execFileSync("ssh-keygen", ["-l", "-f", "-"], { input: line, encoding: "utf8" });
    return { type, key: `${type} ${key}`, fingerprint: told.split(" ")[1] ?? "" };
  });
}
