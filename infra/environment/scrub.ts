/**
 * Takes out of texts what belongs to one machine, user or moment and not to the testbed: addresses, identifiers, host
 * names and secrets, and paths that differ from clone to clone, which become the role they play.
 */

/** Addresses of experiments, of this machine and of nobody. */
const OWN_ADDRESS = /^(198\.1[89]\.|127\.|0\.0\.0\.0$|255\.)/;

const common: [RegExp, string | ((match: string) => string)][] = [
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, "<uuid>"],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, "<mac>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, (address) => (OWN_ADDRESS.test(address) ? address : "<address>")],
];

/** Free text of the host: the value of a setting. */
export function scrubText(text: string): string {
  return common.reduce((clean, [pattern, role]) => clean.replace(pattern, role as string), text);
}

const SECRET = /passw|secret|token|credential|(^|[._-])(key|auth)$/i;

function scrubArgument(argument: string, hostname: string): string[] {
  const equals = argument.indexOf("=");
  if (equals < 0) return [argument];
  const [name, value] = [argument.slice(0, equals), argument.slice(equals + 1)];
  // where the boot loader found the kernel: the release says which one it is
  if (name === "BOOT_IMAGE" || name === "initrd") return [];
  if (SECRET.test(name)) return [`${name}=<secret>`];
  if (/(^|\.)hostname$/.test(name) || (value === hostname && hostname !== "")) return [`${name}=<host>`];
  if (name === "ip" && value.includes(":")) {
    const fields = value.replace(/\[[^\]]*\]/g, "<address>").split(":");
    return [`${name}=${fields.map((field, index) => (index === 4 && field !== "" ? "<host>" : field)).join(":")}`];
  }
  return [`${name}=${value.replace(/((?:PART)?UUID)=[^,]+/, "$1=<uuid>")}`];
}

/** The command line of a kernel or hypervisor, argument by argument; quotes hold an argument together. */
export function scrubCommandLine(text: string, hostname: string): string {
  const args = text.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  return scrubText(args.flatMap((argument) => scrubArgument(argument, hostname)).join(" "));
}

/** Text → the role it plays. */
export type Roles = readonly (readonly [text: string, role: string])[];

/** Longest first, so that a folder within another keeps its own role. */
export function withRoles(text: string, roles: Roles): string {
  const usable = roles.filter(([from]) => from.length > 1).toSorted(([a], [b]) => b.length - a.length);
  return usable.reduce((clean, [from, role]) => clean.replaceAll(from, role), text);
}
