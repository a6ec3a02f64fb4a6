/** For tests: the files of a recorded host in a directory of their own, and a kernel's manners when they are written to. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { cpusOf } from "../../schema.ts";

export const hostNames = ["intel", "amd", "arm"] as const;
export type HostName = (typeof hostNames)[number];

/** policy{0-1,8}/x → policy0/x, policy1/x, policy8/x. */
export function expand(path: string): string[] {
  const [, before, list, after] = /^(.*?)\{([\d,-]+)\}(.*)$/.exec(path) ?? [];
  if (list === undefined) return [path];
  return cpusOf(list).flatMap((number) => expand(`${before}${number}${after}`));
}

/** Path → content of every file of the recording. */
function recording(name: HostName): Map<string, string> {
  const text = readFileSync(join(import.meta.dirname, "fixtures", `${name}.txt`), "utf8");
  const lines = text.split("\n").filter((line) => line.startsWith("/"));
  return new Map(
    lines.flatMap((line) => {
      const [path = "", content = ""] = line.split(/ = (.*)/s);
      return expand(path).map((one) => [one, `${content}\n`] as const);
    }),
  );
}

const recordings = new Map(hostNames.map((name) => [name, recording(name)]));

export interface RecordedHost {
  root: string;
  /** Path → content of every file, as it is now. */
  tree(): Map<string, string>;
  read(path: string): string;
  write(path: string, content: string): void;
}

/** A recorded host that lasts until the test is finished. */
export function recordedHost(name: HostName): RecordedHost {
  // in memory: the scripts sync what they record
  const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const root = mkdtempSync(join(parent, `recorded-${name}-`));
  const host: RecordedHost = {
    root,
    tree() {
      const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const found = entries.map((entry) => join(entry.parentPath, entry.name));
      return new Map(found.map((file) => [file.slice(root.length), readFileSync(file, "utf8")]));
    },
    read: (path) => readFileSync(join(root, path), "utf8").trim(),
    write(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
  };
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of recordings.get(name) ?? []) host.write(path, content);
  return host;
}

/**
 * Shell functions that answer as the kernel and systemd do. A test makes one part refuse with $REFUSE, or has the script
 * killed when it is about to set one with $KILL_AT.
 */
export const KERNEL = `
fault() {
  [ "\${KILL_AT:-}" != "$1" ] || kill -9 $$
  [ "\${REFUSE:-}" != "$1" ]
}
write() {
  [ -f "$R$1" ] && fault "$1" || return 1
  case $1 in
    */transparent_hugepage/*)
      offered=" $(sed 's/[][]//g' "$R$1") "
      case $offered in *" $2 "*) ;; *) return 1 ;; esac
      text=$(echo "$offered" | sed "s/ $2 / [$2] /; s/^ //; s/ $//") ;;
    */scaling_governor)
      read -r offered <"$R\${1%governor}available_governors"
      case " $offered " in *" $2 "*) ;; *) return 1 ;; esac
      preference="$R\${1%scaling_governor}energy_performance_preference"
      [ "$2" != performance ] || [ ! -f "$preference" ] || echo performance >"$preference"
      text=$2 ;;
    */energy_performance_preference)
      read -r chosen <"$R\${1%energy_*}scaling_governor"
      [ "$2" = performance ] || [ "$chosen" != performance ] || return 1
      text=$2 ;;
    */smt/control)
      read -r text <"$R$1"
      case $text in on | off) text=$2 ;; *) return 1 ;; esac ;;
    */compact_memory) return 0 ;;
    */cgroup.subtree_control)
      text=$(sed 's/cpuset *//' "$R$1")
      [ "$2" != +cpuset ] || text="cpuset $text" ;;
    *) text=$2 ;;
  esac
  printf '%s\\n' "$text" >"$R$1"
}
mkdir() {
  for last in "$@"; do :; done
  fault "\${last#"$R"}" || return 1
  command mkdir "$@"
  case $last in "$R"/sys/fs/cgroup/*)
    echo >"$last/cpuset.cpus"; echo member >"$last/cpuset.cpus.partition"; : >"$last/cgroup.procs" ;;
  esac
}
rmdir() {
  case $1 in "$R"/sys/fs/cgroup/*) rm -r "$1" ;; *) command rmdir "$@" ;; esac
}
systemctl() {
  unit="$R/run/systemd/system/irqbalance"
  case $1 in
    cat) [ -f "$unit" ] ;;
    is-active) [ "$(cat "$unit")" = active ] ;;
    start) fault irqbalance && echo active >"$unit" ;;
    stop) fault irqbalance && echo inactive >"$unit" ;;
  esac
}
`;
