/**
 * Which accelerator really runs a guest here. /dev/kvm can open, libvirt can advertise kvm, and still no stock kernel
 * ever boots; so a tiny guest is booted under KVM against a deadline, and only if its kernel speaks is KVM used.
 */
import { execFileSync, spawn } from "node:child_process";
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

const DEADLINE_MS = 6_000;

const resultSchema = z.strictObject({ name: z.enum(["kvm", "tcg"]), reason: z.string() });
export type Accelerator = z.infer<typeof resultSchema>;

const emulator = () => (process.arch === "arm64" ? "qemu-system-aarch64" : "qemu-system-x86_64");
const machine = () => (process.arch === "arm64" ? ["-M", "virt"] : ["-M", "q35"]);
const consoleName = () => (process.arch === "arm64" ? "ttyAMA0" : "ttyS0");

/** A stock kernel of this machine: its own, one of a built image, or one taken from its package source. */
function findKernel(): string | null {
  const fromImages = existsSync(imagesCacheDir())
    ? readdirSync(imagesCacheDir()).map((dir) => join(imagesCacheDir(), dir, "vmlinuz"))
    : [];
  const own = existsSync("/boot")
    ? readdirSync("/boot")
        .filter((f) => f.startsWith("vmlinuz-"))
        .map((f) => join("/boot", f))
    : [];
  return (
    [...own, ...fromImages, join(cacheDir(), "probe", "vmlinuz")].find((file) => existsSync(file)) ?? fetchKernel()
  );
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

/** Boots the kernel under KVM; resolves to whether its console spoke before the deadline. */
function boots(kernel: string): Promise<boolean> {
  const argv = [
    "-accel",
    "kvm",
    ...machine(),
    "-cpu",
    "host",
    "-m",
    "256",
    "-nodefaults",
    "-display",
    "none",
    "-serial",
    "stdio",
    "-no-reboot",
  ];
  const earlycon = process.arch === "arm64" ? "earlycon" : "earlyprintk=serial,ttyS0";
  const child = spawn(
    emulator(),
    [...argv, "-kernel", kernel, "-append", `console=${consoleName()} ${earlycon} panic=-1`],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  return new Promise((resolve) => {
    let text = "";
    const end = (answer: boolean) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), DEADLINE_MS);
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (text.includes("Linux version")) end(true);
    });
    child.once("error", () => end(false));
    child.once("exit", () => end(text.includes("Linux version")));
  });
}

async function probe(): Promise<Accelerator> {
  if (!existsSync("/dev/kvm")) return { name: "tcg", reason: "there is no /dev/kvm" };
  const kernel = findKernel();
  if (kernel === null) return { name: "tcg", reason: "no kernel was found to try KVM with" };
  return (await boots(kernel))
    ? { name: "kvm", reason: "a guest booted under KVM" }
    : {
        name: "tcg",
        reason: `/dev/kvm opens, but a guest's kernel did not speak under KVM within ${DEADLINE_MS / 1000} s`,
      };
}

/** The probe's result, remembered until the machine restarts or its QEMU or kernel changes. */
export async function accelerator(): Promise<Accelerator> {
  const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").trim() : "");
  let version = "";
  try {
    version = execFileSync(emulator(), ["--version"], { encoding: "utf8" });
  } catch {
    return { name: "tcg", reason: `${emulator()} is not installed` };
  }
  const facts = [
    read("/proc/sys/kernel/random/boot_id"),
    read("/proc/version"),
    version,
    String(existsSync("/dev/kvm")),
  ];
  const key = createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, 16);
  const file = join(cacheDir(), `accelerator-${key}.json`);
  if (existsSync(file)) return resultSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const result = await probe();
  mkdirSync(cacheDir(), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(result)}\n`);
  renameSync(`${file}.${process.pid}`, file);
  return result;
}
