/** What the set-up leaves in the clone: the resolved toolchain, commands for `npx`, the passphrase and the stack. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { InfraError } from "../errors.ts";
import { ensurePassphrase, pulumiEnv, resolvedToolchain, shellExports, writeResolved } from "./env.ts";
import { projectDir, stateDir } from "./paths.ts";
import { binDir } from "./pulumi-home.ts";

const bin = (project: string, name: string) => join(project, "node_modules/.bin", name);

/** The stack that `npm start` uses. */
const firstStack = "local";

function wrappers(project: string): Record<string, string> {
  const { node, pulumiBin } = resolvedToolchain(project) ?? { node: "", pulumiBin: "" };
  const note = "#!/bin/sh\n# Made by guestbench's set-up.\n";
  return {
    pulumi: `${note}${shellExports(project)}exec '${join(pulumiBin, "pulumi")}' "$@"\n`,
    guestbench: `${note}exec '${node}' '${join(project, "infra/toolchain/bootstrap.mjs")}' "$@"\n`,
  };
}

export async function isProjectReady(project: string = projectDir()): Promise<boolean> {
  const resolved = resolvedToolchain(project);
  if (!resolved || resolved.pulumiBin !== (await binDir()) || resolved.node !== process.execPath) return false;
  const ready = Object.entries(wrappers(project)).every(([name, text]) => {
    const file = bin(project, name);
    return existsSync(file) && readFileSync(file, "utf8") === text;
  });
  return (
    ready && (!(await canHaveStack(project)) || (stackExists(project, firstStack) && hasSalt(project, firstStack)))
  );
}

export async function prepareProject(project: string = projectDir()): Promise<void> {
  const pulumiBin = await binDir();
  if (!pulumiBin) throw new InfraError("the Pulumi CLI is not in the tool cache");
  await mkdir(stateDir(project), { recursive: true });
  ensurePassphrase(project);
  writeResolved({ node: process.execPath, pulumiBin }, project);
  for (const [name, text] of Object.entries(wrappers(project))) {
    const fresh = bin(project, `${name}.${process.pid}`);
    await writeFile(fresh, text, { mode: 0o755 });
    await rename(fresh, bin(project, name));
  }
  if (await canHaveStack(project)) await ensureStack(firstStack, project);
}

async function canHaveStack(project: string): Promise<boolean> {
  return existsSync(join(project, "Pulumi.yaml"));
}

const configFile = (project: string, stack: string) => join(project, "stacks", `Pulumi.${stack}.yaml`);

function hasSalt(project: string, stack: string): boolean {
  const file = configFile(project, stack);
  return existsSync(file) && /^encryptionsalt:/m.test(readFileSync(file, "utf8"));
}

/** A stack's file that somebody deleted: without its salt, no passphrase is right. The state has a copy. */
async function restoreSalt(project: string, stack: string): Promise<void> {
  if (hasSalt(project, stack)) return;
  const state = JSON.parse(readFileSync(stateFile(project, stack), "utf8"));
  const salt = state.checkpoint?.latest?.secrets_providers?.state?.salt;
  const file = configFile(project, stack);
  const rest = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (typeof salt === "string") await writeFile(file, `encryptionsalt: ${salt}\n${rest}`);
}

/** A salt whose state is gone, and which encrypts nothing, would only make every new passphrase wrong. */
async function forgetSalt(project: string, stack: string): Promise<void> {
  if (!hasSalt(project, stack)) return;
  const file = configFile(project, stack);
  const text = readFileSync(file, "utf8");
  if (!/\bsecure:/.test(text)) await writeFile(file, text.replace(/^encryptionsalt:.*\n?/m, ""));
}

/** Only for the default file back end; another one is asked by `ensureStack`. */
function stackExists(project: string, stack: string): boolean {
  return existsSync(stateFile(project, stack));
}

function stateFile(project: string, stack: string): string {
  const name = /^name:\s*(\S+)/m.exec(readFileSync(join(project, "Pulumi.yaml"), "utf8"))?.[1] ?? "";
  return join(stateDir(project), ".pulumi/stacks", name, `${stack}.json`);
}

/** `pulumi stack init`, where the back end does not have the stack yet. */
async function ensureStack(stack: string, project: string = projectDir()): Promise<void> {
  const env = pulumiEnv(project);
  if (env.PULUMI_BACKEND_URL === `file://${stateDir(project)}`) {
    if (stackExists(project, stack)) return await restoreSalt(project, stack);
    await forgetSalt(project, stack);
  }
  const args = ["stack", "init", stack, "--secrets-provider", "passphrase", "--non-interactive", "--no-select"];
  const options = { cwd: project, env, reject: false, all: true, stdin: "ignore" } as const;
  const result = await execa(join(resolvedToolchain(project)?.pulumiBin ?? "", "pulumi"), args, options);
  if (result.failed && !/already exists/.test(result.all ?? "")) {
    throw new InfraError(`pulumi stack init ${stack} failed:\n${result.all}`, { cause: result });
  }
}
