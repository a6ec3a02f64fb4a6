/**
 * The environment in which `pulumi` runs for this project, for the tool itself, for the wrapper
 * `node_modules/.bin/pulumi` and for a user's shell. Back end and passphrase stay the user's where they are set.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { localDir, passphraseFile, projectDir, pulumiHomeDir, stateDir } from "./paths.ts";

const resolvedSchema = z.strictObject({
  node: z.string().describe("absolute path of the Node that runs everything"),
  pulumiBin: z.string().describe("folder of pulumi and its language host"),
});
export type ResolvedToolchain = z.infer<typeof resolvedSchema>;

const resolvedFile = (project: string) => join(localDir(project), "toolchain.json");

/** What the last set-up of this clone resolved to; undefined if there was none or its files are gone. */
export function resolvedToolchain(project: string = projectDir()): ResolvedToolchain | undefined {
  try {
    const resolved = resolvedSchema.parse(JSON.parse(readFileSync(resolvedFile(project), "utf8")));
    return existsSync(resolved.node) && existsSync(join(resolved.pulumiBin, "pulumi")) ? resolved : undefined;
  } catch {
    return undefined;
  }
}

export function writeResolved(resolved: ResolvedToolchain, project: string = projectDir()): void {
  mkdirSync(localDir(project), { recursive: true });
  writeFileSync(resolvedFile(project), `${JSON.stringify(resolvedSchema.parse(resolved), null, 2)}\n`);
}

function required(project: string): ResolvedToolchain {
  const resolved = resolvedToolchain(project);
  if (!resolved) throw new ConfigError("the toolchain is not set up: run `npm run setup` (or `npm start`)");
  return resolved;
}

const flags = {
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
};

/** Variables to lay over the process environment before running `pulumi` or the Automation API. */
export function pulumiEnv(
  project: string = projectDir(),
  env: Record<string, string | undefined> = process.env,
): Record<string, string> {
  const { node, pulumiBin } = required(project);
  mkdirSync(stateDir(project), { recursive: true });
  const variables: Record<string, string> = {
    PATH: [dirname(node), pulumiBin, env.PATH].filter(Boolean).join(delimiter),
    PULUMI_HOME: pulumiHomeDir(env),
    PULUMI_BACKEND_URL: env.PULUMI_BACKEND_URL || `file://${stateDir(project)}`,
    ...flags,
  };
  if (!env.PULUMI_CONFIG_PASSPHRASE && !env.PULUMI_CONFIG_PASSPHRASE_FILE) {
    variables.PULUMI_CONFIG_PASSPHRASE_FILE = ensurePassphrase(project);
  }
  return variables;
}

/** Makes the passphrase on first use; never overwrites one. */
export function ensurePassphrase(project: string = projectDir()): string {
  const file = passphraseFile(project);
  mkdirSync(localDir(project), { recursive: true });
  try {
    writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return file;
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same as shell lines: `eval "$(npx guestbench shell)"`, after which plain `pulumi up -s local` works. */
export function shellExports(project: string = projectDir()): string {
  const { node, pulumiBin } = required(project);
  mkdirSync(stateDir(project), { recursive: true });
  const folders = quote([dirname(node), pulumiBin].join(delimiter));
  return [
    `export PATH=${folders}":$PATH"`,
    `export PULUMI_HOME=${quote(pulumiHomeDir())}`,
    `[ -n "\${PULUMI_BACKEND_URL:-}" ] || export PULUMI_BACKEND_URL=${quote(`file://${stateDir(project)}`)}`,
    `[ -n "\${PULUMI_CONFIG_PASSPHRASE:-}\${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ] || ` +
      `export PULUMI_CONFIG_PASSPHRASE_FILE=${quote(ensurePassphrase(project))}`,
    ...Object.entries(flags).map(([name, value]) => `export ${name}=${value}`),
    "",
  ].join("\n");
}
