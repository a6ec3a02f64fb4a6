/**
 * What a host looks like from outside: the lists that `up` must leave as it found them. One is taken before a stack's
 * first `up`, one after its `destroy`; what differs is a leftover, or something missing.
 */
import { dirname, join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { hostStateDir, projectDir, runtimeDir } from "../toolchain/paths.ts";
import { type HostShell, quote, thisMachine } from "./shell.ts";

const snapshotSchema = z.strictObject({
  owner: z.string().describe("folder of the clone that brought the stack up"),
  looks: z.record(z.string(), z.array(z.string())),
});
type Snapshot = z.infer<typeof snapshotSchema>;

const FAILED = "could not be looked at";
/** What can be judged where nobody looked before: things that only the stack itself can have made. */
const ALWAYS_OURS = ["processes", "files"];

export interface TeardownCheck {
  kind: string;
  command: string;
  before: string[];
  after: string[];
  leftovers: string[];
  missing: string[];
}

/** Kind → a shell command that prints one line per thing. None of them changes anything. */
function looks(stack: string): Record<string, string> {
  const ours = `${runtimeDir(stack)} ${hostStateDir(stack)}`;
  return {
    interfaces: "ip -o link show | awk -F': ' '{print $2}' | sed 's/@.*//'",
    addresses: "ip -o addr show | awk '{print $2, $4}' | grep -v ' fe80:'",
    routes: "ip -4 route show table all | sed 's/ *$//'",
    namespaces: "ip netns list | awk '{print $1}'",
    mounts: "awk '{print $2, $3}' /proc/self/mounts",
    "huge pages": "for f in /sys/kernel/mm/hugepages/*/nr_hugepages; do echo $f $(cat $f); done",
    sysctls: "sysctl net.ipv4.ip_forward net.ipv4.conf.all.forwarding net.bridge 2>/dev/null",
    "packet filter":
      "{ iptables-save; ip6tables-save; nft -s list ruleset; } 2>/dev/null | grep -v '^[#:]' | sed 's/^\\[[0-9:]*\\] //'",
    // the parent groups that a system's own daemons keep are theirs
    cgroups: `find /sys/fs/cgroup -type d | grep -F 'gb_${stack}_'`,
    "libvirt domains": "timeout 10 virsh -q -c qemu:///system list --all --name 2>/dev/null | grep .",
    "docker objects":
      'for o in container network image volume; do timeout 10 docker -H unix:///var/run/docker.sock $o ls -q 2>/dev/null | sed "s/^/$o /"; done',
    // the paths are put together inside, so that the look does not find its own shell
    processes: `s=${stack}; for p in /proc/[0-9]*; do c=$(tr '\\0\\n' '  ' <$p/cmdline 2>/dev/null) && case "$c" in *${dirname(runtimeDir(stack))}/$s/*|*${dirname(hostStateDir(stack))}/$s/*) printf '%s\\n' "$c";; esac; done; grep -lsaz '^GUESTBENCH_STACK=${stack}$' /proc/[0-9]*/environ`,
    files: `find ${ours} ! -type d ! -name before.json 2>/dev/null`,
  };
}

function look(host: HostShell, command: string): string[] {
  try {
    const text = host.sh(`export LC_ALL=C GUESTBENCH_STACK=; { ${command}\n} 2>/dev/null; true`, { timeoutMs: 60_000 });
    return [...new Set(text.split("\n").filter(Boolean))].sort();
  } catch (cause) {
    return [`${FAILED}: ${(cause as Error).message.split("\n")[0]}`];
  }
}

const beforeFile = (stack: string) => join(hostStateDir(stack), "before.json");

function readBefore(stack: string, host: HostShell): Snapshot | null {
  const text = host.sh(`cat ${quote(beforeFile(stack))} 2>/dev/null || true`);
  return text === "" ? null : snapshotSchema.parse(JSON.parse(text));
}

/** A host holds a stack of one name once: refuses the one that another clone brought up. */
export function checkOwner(stack: string, host: HostShell = thisMachine, owner: string = projectDir()): void {
  const other = readBefore(stack, host)?.owner;
  if (other !== undefined && other !== owner) {
    throw new ConfigError(
      `stack ${stack} is already up on this host, from ${other}: destroy it there, or run \`guestbench recover --stack ${stack}\` here`,
    );
  }
}

/** Taken before the first `up` of a stack; kept until an attestation is clean. */
export function recordBefore(stack: string, host: HostShell = thisMachine, owner: string = projectDir()): void {
  checkOwner(stack, host, owner);
  const file = beforeFile(stack);
  if (readBefore(stack, host) !== null) return;
  const found = Object.entries(looks(stack)).map(([kind, command]) => [kind, look(host, command)] as const);
  const snapshot: Snapshot = { owner, looks: Object.fromEntries(found) };
  const place = `mkdir -p ${quote(dirname(file))} && cat >${quote(`${file}.new`)} && sync ${quote(`${file}.new`)}`;
  host.sh(`${place} && mv ${quote(`${file}.new`)} ${quote(file)}`, { input: `${JSON.stringify(snapshot, null, 1)}\n` });
}

/**
 * Compares the host with the snapshot, which is then dropped if nothing is left over. Without a snapshot (a stack that
 * was brought up by Pulumi's own command) only what is always ours is judged. A look that fails counts as a leftover.
 */
export function compareWithBefore(stack: string, host: HostShell = thisMachine): TeardownCheck[] {
  const snapshot = readBefore(stack, host);
  const judged = Object.entries(looks(stack)).filter(([kind]) => snapshot !== null || ALWAYS_OURS.includes(kind));
  const checks = judged.map(([kind, command]) => {
    const before = snapshot?.looks[kind] ?? [];
    const after = look(host, command);
    const without = (lines: string[], others: string[]) =>
      lines.filter((line) => line.startsWith(FAILED) || !others.includes(line));
    return { kind, command, before, after, leftovers: without(after, before), missing: without(before, after) };
  });
  if (checks.every((check) => check.leftovers.length === 0)) dropSnapshot(stack, host);
  return checks;
}

function dropSnapshot(stack: string, host: HostShell): void {
  const dirs = [hostStateDir(stack), runtimeDir(stack)];
  const empty = dirs.flatMap((dir) => [join(dir, "objects"), join(dir, "console"), dir, dirname(dir)]);
  // what is not empty is somebody else's
  host.sh(
    `rm -f ${quote(beforeFile(stack))}; for d in ${empty.map(quote).join(" ")}; do rmdir $d 2>/dev/null || true; done`,
  );
}
