/**
 * Where a stack's host is may stay out of the stack's file: `pulumi config set address 192.0.2.7 -s NAME` writes it to
 * stacks/Pulumi.<stack>.yaml, which is not committed, and what is there goes before what the stack's file says.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type SshAccess, sshSchema } from "./hosts/access.ts";
import { unknownName } from "./nearest.ts";
import { wording } from "./problems.ts";

/** Keys of `guestbench:` in the file. Pulumi writes every value as text. */
const { address, user, identityFile, hostKey, port } = sshSchema.shape;
const numeric = (text: unknown) => (typeof text === "string" && /^\d+$/.test(text) ? Number(text) : text);
const fields = { address, user, identityFile, hostKey, port: z.preprocess(numeric, port) };

const NAMESPACE = "guestbench:";

interface Config {
  /** Fields of host.access, checked. */
  access: Partial<SshAccess>;
  /** Each with its file and key. */
  problems: string[];
}

/** Reads the file of a stack in that folder; a stack without one has nothing configured. */
export async function readConfig(folder: string, name: string): Promise<Config> {
  const path = join(folder, `Pulumi.${name}.yaml`);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return text.includes(NAMESPACE) ? parseConfig(`stacks/Pulumi.${name}.yaml`, text) : { access: {}, problems: [] };
}

async function parseConfig(file: string, text: string): Promise<Config> {
  // loaded when there is something to read: most stacks have nothing configured
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  if (document.errors.length > 0)
    return { access: {}, problems: document.errors.map(({ message }) => `${file}: ${message.split("\n")[0]}`) };
  const { config } = (document.toJS() ?? {}) as { config?: unknown };
  const access: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, value] of Object.entries(config ?? {})) {
    if (!key.startsWith(NAMESPACE)) continue;
    const field = key.slice(NAMESPACE.length);
    const problem = readField(field, value, access);
    if (problem !== null) problems.push(`${file}: ${key}: ${problem}`);
  }
  return { access: access as Partial<SshAccess>, problems };
}

/** Puts the field into `access`, or says what is wrong with it. */
function readField(field: string, value: unknown, access: Record<string, unknown>): string | null {
  const schema = Object.hasOwn(fields, field) ? fields[field as keyof typeof fields] : null;
  if (schema === null) return unknownName("key", field, Object.keys(fields));
  if (typeof value === "object" && value !== null && "secure" in value)
    return "an encrypted value is not read here: none of these is a secret, set it without --secret";
  const parsed = schema.safeParse(value, { error: wording });
  if (!parsed.success) return parsed.error.issues[0]?.message ?? "cannot be read";
  access[field] = parsed.data;
  return null;
}

/** The stack's declaration with the configured access in it; `report` is told where the stack has no place for it. */
export function withAccess(
  name: string,
  input: unknown,
  { access }: Config,
  report: (problem: string) => void,
): unknown {
  const [key] = Object.keys(access);
  if (key === undefined || typeof input !== "object" || input === null) return input;
  const { host } = input as { host?: { access?: { type?: unknown } } };
  if (host?.access?.type === "ssh") return { ...input, host: { ...host, access: { ...host.access, ...access } } };
  report(
    `stacks/Pulumi.${name}.yaml: ${NAMESPACE}${key}: the host of stacks/${name}.ts is not reached over ssh: set host.access.type to "ssh" there, or \`npx pulumi config rm ${key} -s ${name}\``,
  );
  return input;
}
