/**
 * What a host looks like from outside: the lists that `up` must leave as it found them. One is taken before a stack's
 * first `up`, one after its `destroy`; what differs is a leftover, or something missing.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { hostStateDir, projectDir, runtimeDir } from "../toolchain/paths.ts";

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

function look(command: string): string[] {
  try {
    const text = execFileSync("/bin/sh", ["-c", `${command}\ntrue`], {
      encoding: "utf8",
      timeout: 60_000,
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, LC_ALL: "C", GUESTBENCH_STACK: "" },
    });
    return [...new Set(text.split("\n").filter(Boolean))].sort();
  } catch (cause) {
    return [`${FAILED}: ${(cause as Error).message.split("\n")[0]}`];
  }
}

const beforeFile = (stack: string) => join(hostStateDir(stack), "before.json");

function readBefore(stack: string): Snapshot | null {
  const file = beforeFile(stack);
  return existsSync(file) ? snapshotSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
}

/** A host holds a stack of one name once: refuses the one that another clone brought up. */
export function checkOwner(stack: string, owner: string = projectDir()): void {
  const other = readBefore(stack)?.owner;
  if (other !== undefined && other !== owner) {
    throw new ConfigError(
      `stack ${stack} is already up on this host, from ${other}: destroy it there, or run \`guestbench recover --stack ${stack}\` here`,
    );
  }
}

/** Taken before the first `up` of a stack; kept until an attestation is clean. */
export function recordBefore(stack: string, owner: string = projectDir()): void {
  checkOwner(stack, owner);
  const file = beforeFile(stack);
  if (existsSync(file)) return;
  const found = Object.entries(looks(stack)).map(([kind, command]) => [kind, look(command)] as const);
  const snapshot: Snapshot = { owner, looks: Object.fromEntries(found) };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(snapshot, null, 1)}\n`, { flush: true });
}

/**
 * Compares the host with the snapshot, which is then dropped if nothing is left over. Without a snapshot (a stack that
 * was brought up by Pulumi's own command) only what is always ours is judged. A look that fails counts as a leftover.
 */
export function compareWithBefore(stack: string): TeardownCheck[] {
  const snapshot = readBefore(stack);
  const judged = Object.entries(looks(stack)).filter(([kind]) => snapshot !== null || ALWAYS_OURS.includes(kind));
  const checks = judged.map(([kind, command]) => {
    const before = snapshot?.looks[kind] ?? [];
    const after = look(command);
    const without = (lines: string[], others: string[]) =>
      lines.filter((line) => line.startsWith(FAILED) || !others.includes(line));
    return { kind, command, before, after, leftovers: without(after, before), missing: without(before, after) };
  });
  if (checks.every((check) => check.leftovers.length === 0)) dropSnapshot(stack);
  return checks;
}

function dropSnapshot(stack: string): void {
  rmSync(beforeFile(stack), { force: true });
  for (const dir of [hostStateDir(stack), runtimeDir(stack)]) {
    for (const empty of [join(dir, "objects"), join(dir, "console"), dir, dirname(dir)]) {
      try {
        rmdirSync(empty);
      } catch {
        // not empty, or not there: somebody else's, or nothing to do
      }
    }
  }
}
