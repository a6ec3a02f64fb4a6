/**
 * Which accelerator really runs a guest on a host. /dev/kvm can open, libvirt can advertise kvm, and still no stock kernel
 * ever boots; so a tiny guest is booted under KVM against a deadline, and only if its kernel speaks is KVM used.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { cacheDir, imagesCacheDir } from "../toolchain/paths.ts";
import { type HostShell, thisMachine } from "./shell.ts";

const resultSchema = z.strictObject({ name: z.enum(["kvm", "tcg"]), reason: z.string() });
export type Accelerator = z.infer<typeof resultSchema>;

/** What the result depends on, a line each: the emulator's version last, empty where there is none. */
const FACTS = `
uname -m
[ -e /dev/kvm ] && echo kvm || echo none
cat /proc/sys/kernel/random/boot_id
cat /proc/version
qemu-system-$(uname -m) --version 2>/dev/null | head -n 1
true`;

/** Prints `booted` if a stock kernel speaks under KVM in time; the kernel is the host's own, or comes on stdin. */
export function probeScript(deadlineSeconds: number): string {
  return `
    set -u
    d=$(mktemp -d); trap 'rm -rf $d' EXIT
    kernel=$(ls /boot/vmlinuz-* 2>/dev/null | tail -n 1)
    [ -n "$kernel" ] || { cat >$d/kernel; kernel=$d/kernel; }
    [ -s "$kernel" ] || { echo no kernel; exit 0; }
    case $(uname -m) in
      aarch64) machine=virt; console="console=ttyAMA0 earlycon";;
      *) machine=q35; console="console=ttyS0 earlyprintk=serial,ttyS0";;
    esac
    qemu-system-$(uname -m) -accel kvm -M $machine -cpu host -m 256 -nodefaults -display none -serial file:$d/console \\
      -no-reboot -kernel $kernel -append "$console panic=-1" </dev/null >/dev/null 2>&1 &
    i=0
    until grep -qas 'Linux version' $d/console; do
      i=$((i+1)); [ $i -le ${deadlineSeconds * 10} ] && kill -0 $! 2>/dev/null || break
      sleep 0.1
    done
    grep -qas 'Linux version' $d/console && echo booted
    kill -9 $! 2>/dev/null; wait $! 2>/dev/null; true`;
}

/** A stock kernel for hosts that have none in /boot: one of a built image, or one taken from its package source. */
function findKernel(): string | null {
  const fromImages = existsSync(imagesCacheDir())
    ? readdirSync(imagesCacheDir()).map((dir) => join(imagesCacheDir(), dir, "vmlinuz"))
    : [];
  return [...fromImages, join(cacheDir(), "probe", "vmlinuz")].find((file) => existsSync(file)) ?? fetchKernel();
}

function fetchKernel(): string | null {
  const target = join(cacheDir(), "probe", "vmlinuz");
  mkdirSync(cacheDir(), { recursive: true });
  const dir = mkdtempSync(join(cacheDir(), "probe-"));
  const architecture = process.arch === "arm64" ? "arm64" : "amd64";
  // the meta package names the current kernel; Ubuntu's is called differently
  const script = `
    for meta in linux-image-cloud-${architecture} linux-image-virtual linux-image-generic; do
      package=$(apt-cache depends $meta 2>/dev/null | sed -n 's/^ *Depends: \\(linux-image-[0-9].*\\)/\\1/p' | head -n 1)
      [ -n "$package" ] || continue
      apt-get download -q "$package" && dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards './boot/vmlinuz-*' && exit 0
    done
    exit 1`;
  try {
    execFileSync("/bin/sh", ["-euc", script], { cwd: dir, stdio: "ignore", timeout: 120_000 });
    const [file] = readdirSync(join(dir, "boot"));
    if (!file) return null;
    mkdirSync(join(cacheDir(), "probe"), { recursive: true });
    renameSync(join(dir, "boot", file), target);
    return target;
  } catch {
    return null;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function probe(host: HostShell, architecture: string, deadlineSeconds: number): Accelerator {
  const own = process.arch === "arm64" ? "aarch64" : "x86_64";
  const kernel = architecture === own ? findKernel() : null;
  const input = kernel === null ? "" : readFileSync(kernel);
  const said = host.sh(probeScript(deadlineSeconds), { input, timeoutMs: (deadlineSeconds + 30) * 1000 }).trim();
  if (said === "booted") return { name: "kvm", reason: "a guest booted under KVM" };
  return said === "no kernel"
    ? { name: "tcg", reason: "no kernel was found to try KVM with" }
    : {
        name: "tcg",
        reason: `/dev/kvm opens, but a guest's kernel did not speak under KVM within ${deadlineSeconds} s`,
      };
}

/** The probe's result, remembered until the host restarts or its QEMU or kernel changes. */
export function accelerator(host: HostShell = thisMachine, deadlineSeconds = 6): Accelerator {
  const facts = host.sh(FACTS).trim().split("\n");
  const [architecture = "", kvm] = facts;
  if (facts.length < 5) return { name: "tcg", reason: `qemu-system-${architecture} is not installed` };
  if (kvm !== "kvm") return { name: "tcg", reason: "there is no /dev/kvm" };
  const key = createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, 16);
  const file = join(cacheDir(), `accelerator-${key}.json`);
  if (existsSync(file)) return resultSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const result = probe(host, architecture, deadlineSeconds);
  mkdirSync(cacheDir(), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(result)}\n`);
  renameSync(`${file}.${process.pid}`, file);
  return result;
}
