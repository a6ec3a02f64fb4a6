/**
 * Facts of a host that no stack changes, such as its kernel command line: a stack says what it requires of them, and a
 * host that differs is refused, with every difference.
 */
import { z } from "zod";
import { InfraError } from "../../errors.ts";
import { PRELUDE } from "./shell.ts";

const words = z.array(z.string().regex(/^\S+$/, { error: "expected one word of the command line" }));
const BIOS = ["vendor", "version", "date", "board", "product", "manufacturer"] as const;

/** A stack's `host.require`. */
export const requireSchema = z.strictObject({
  kernelCommandLine: z
    .strictObject({
      contains: words.default([]).describe("words that must be there; a name alone, such as isolcpus, with any value"),
      lacks: words.default([]).describe("words that must not be there"),
    })
    .optional(),
  xenCommandLine: z
    .strictObject({ contains: words.default([]), lacks: words.default([]) })
    .optional()
    .describe("the same of Xen's own, where the control domain's share is said: dom0_mem=1G,max:1G dom0_max_vcpus=1"),
  microcode: z.string().optional().describe("revision as in /proc/cpuinfo, such as 0x2006a0a"),
  mitigations: z
    .record(z.string(), z.string())
    .optional()
    .describe("entry of /sys/devices/system/cpu/vulnerabilities → what its text begins with, such as Not affected"),
  bios: z
    .strictObject(
      Object.fromEntries(BIOS.map((key) => [key, z.string().optional()])) as Record<
        (typeof BIOS)[number],
        z.ZodOptional<z.ZodString>
      >,
    )
    .optional()
    .describe("what the firmware says of itself and its board (DMI)"),
});
export type Require = z.output<typeof requireSchema>;

export interface HostCharacter {
  kernelCommandLine: string;
  /** Null where the host is no control domain of Xen. */
  xenCommandLine: string | null;
  /** Null where the processor has none that the kernel knows. */
  microcode: string | null;
  mitigations: Record<string, string>;
  /** Empty where the firmware says nothing. */
  bios: Partial<Record<(typeof BIOS)[number], string>>;
}

/** Changes nothing; prints one line per fact. */
export const CHARACTER_SCRIPT = `${PRELUDE}
line() { [ -z "$2" ] || printf '%s\\t%s\\n' "$1" "$2"; }
dmi() { read_file "/sys/class/dmi/id/$2" || return 0; line "bios.$1" "$v"; }
line kernelCommandLine "$(cat "$R/proc/cmdline")"
[ "$R" ] || line xenCommandLine "$(xl info xen_commandline 2>/dev/null)"
line microcode "$(sed -n 's/^microcode[^:]*: *//p' "$R/proc/cpuinfo" | head -n 1)"
for file in "$R"/sys/devices/system/cpu/vulnerabilities/*; do
  [ ! -f "$file" ] || line "mitigations.\${file##*/}" "$(cat "$file")"
done
dmi vendor bios_vendor
dmi version bios_version
dmi date bios_date
dmi board board_name
dmi product product_name
dmi manufacturer sys_vendor
echo end
`;

export function parseCharacter(text: string): HostCharacter {
  const lines = text.split("\n").filter(Boolean);
  if (lines.pop() !== "end") throw new InfraError("the look at the host's kernel and firmware did not finish");
  const facts = Object.fromEntries(lines.map((line) => line.split("\t") as [string, string]));
  const below = (prefix: string) =>
    Object.fromEntries(
      Object.entries(facts).flatMap(([key, value]) =>
        key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
      ),
    );
  return {
    kernelCommandLine: facts.kernelCommandLine ?? "",
    xenCommandLine: facts.xenCommandLine ?? null,
    microcode: facts.microcode ?? null,
    mitigations: below("mitigations."),
    bios: below("bios."),
  };
}

/** Every way in which the host is not as required; empty where it is. */
export function differences(required: Require, host: HostCharacter): string[] {
  const { microcode, mitigations = {}, bios = {} } = required;
  const found: string[] = [];
  const differs = (what: string, wanted: string, now: string | null | undefined, same: boolean) => {
    if (!same) found.push(`${what}: required "${wanted}", this host has ${now ? `"${now}"` : "none"}`);
  };
  const lines = {
    "kernel command line": [required.kernelCommandLine, host.kernelCommandLine],
    "Xen command line": [required.xenCommandLine, host.xenCommandLine ?? ""],
  } as const;
  for (const [what, [wanted, now]] of Object.entries(lines)) {
    const present = now.split(/\s+/);
    const has = (word: string) =>
      present.some((one) => one === word || (!word.includes("=") && one.startsWith(`${word}=`)));
    for (const word of wanted?.contains ?? [])
      if (!has(word)) found.push(`${what}: "${word}" is required and not there`);
    for (const word of wanted?.lacks ?? []) if (has(word)) found.push(`${what}: "${word}" is there and must not be`);
  }
  if (microcode !== undefined) differs("microcode", microcode, host.microcode, microcode === host.microcode);
  for (const [name, wanted] of Object.entries(mitigations)) {
    const now = host.mitigations[name];
    differs(`mitigation ${name}`, wanted, now, now?.startsWith(wanted) ?? false);
  }
  for (const key of BIOS) {
    const wanted = bios[key];
    if (wanted !== undefined) differs(`BIOS ${key}`, wanted, host.bios[key], wanted === host.bios[key]);
  }
  return found;
}
