/** What a file is by its first bytes, and what it runs on: enough to refuse the wrong one before anything starts. */
import { constants, gunzipSync } from "node:zlib";

/** Bytes of a file that have to be read for it: an x86 kernel's header ends below 0x300, and is packed in some. */
export const HEAD_BYTES = 65_536;

export type Format = "elf" | "x86-kernel" | "arm64-kernel" | "gzip" | "archive" | "qcow2" | "disk" | "unknown";

export interface Identity {
  format: Format;
  /** Instruction set by its usual name, as far as the bytes say. */
  architecture: string | null;
  /** What a compressed file holds. */
  holds?: Identity;
}

/** Machine numbers of the ELF specification. A kernel's multiboot loader for x86-64 is often a 32-bit one. */
const ELF_MACHINES: Readonly<Record<number, string>> = { 3: "i386", 40: "armv7", 62: "x86_64", 183: "arm64" };

const at = (head: Buffer, offset: number, text: string) =>
  head.toString("latin1", offset, offset + text.length) === text;

export function identify(head: Buffer): Identity {
  if (at(head, 0, "\x7fELF")) {
    const number = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
    return { format: "elf", architecture: ELF_MACHINES[number] ?? `ELF machine ${number}` };
  }
  // the boot protocols of Linux: Documentation/arch/x86/boot.rst and arch/arm64/booting.rst
  if (at(head, 0x202, "HdrS")) {
    const is64 = head.length > 0x237 && head.readUInt16LE(0x206) >= 0x20c && (head.readUInt16LE(0x236) & 1) === 1;
    return { format: "x86-kernel", architecture: is64 ? "x86_64" : "i386" };
  }
  if (at(head, 0x38, "ARM\x64")) return { format: "arm64-kernel", architecture: "arm64" };
  if (at(head, 0, "\x1f\x8b")) return { format: "gzip", architecture: null, holds: identify(unpacked(head)) };
  if (at(head, 0, "\xfd7zXZ\0") || at(head, 0, "BZh") || at(head, 0, "PK\x03\x04") || at(head, 257, "ustar"))
    return { format: "archive", architecture: null };
  if (at(head, 0, "QFI\xfb")) return { format: "qcow2", architecture: null };
  if (at(head, 510, "\x55\xaa")) return { format: "disk", architecture: null };
  return { format: "unknown", architecture: null };
}

/** As much as the first bytes unpack to; nothing where they are broken. */
function unpacked(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** What is asked of an artefact. */
export type Kind = "file" | "program" | "kernel" | "disk" | "archive";

const FORMATS: Readonly<Record<Exclude<Kind, "file">, { formats: readonly Format[]; words: string }>> = {
  program: { formats: ["elf"], words: "an ELF program" },
  kernel: { formats: ["elf", "x86-kernel", "arm64-kernel"], words: "a kernel: neither ELF nor Linux" },
  disk: { formats: ["disk", "qcow2"], words: "a disk image: neither a boot sector nor qcow2" },
  archive: { formats: ["gzip", "archive"], words: "an archive: neither tar, gzip, xz, bzip2 nor zip" },
};

const RUNS: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["x86_64", "i386"],
  arm64: ["arm64"],
};

/** Why a file with such first bytes is not what is asked for; null where it is. */
export function refusal(head: Buffer, kind: Kind, architecture: string | null): string | null {
  const found = identify(head);
  const inner = kind === "kernel" && found.holds ? found.holds : found;
  if (kind !== "file" && !FORMATS[kind].formats.includes(inner.format)) return `is not ${FORMATS[kind].words}`;
  const wrong = architecture !== null && inner.architecture !== null && !runsOn(inner.architecture, architecture);
  return wrong ? `is for ${inner.architecture}, not for ${architecture}` : null;
}

const runsOn = (code: string, host: string) => (RUNS[host] ?? [host]).includes(code);
