/** A throw-away Pulumi project on the real engine, for tests of what the set-up installed. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { pulumiEnv } from "./env.ts";
import { projectDir } from "./paths.ts";

export interface EngineProject {
  dir: string;
  /** Runs `pulumi <args>` to its end, also when it fails; `variables` reach the program. */
  pulumi(args: string[], variables?: Record<string, string>): Promise<{ exitCode: number | undefined; output: string }>;
  outputs(): Promise<Record<string, unknown>>;
}

export async function engineProject(program: string): Promise<EngineProject> {
  const dir = mkdtempSync(join(tmpdir(), "engine-"));
  mkdirSync(join(dir, "state"));
  symlinkSync(join(projectDir(), "node_modules"), join(dir, "node_modules"));
  const dependencies = { "@pulumi/command": "*", "@pulumi/pulumi": "*" };
  writeFileSync(join(dir, "package.json"), JSON.stringify({ name: "fixture", type: "module", dependencies }));
  const runtime = "runtime: { name: nodejs, options: { typescript: false } }";
  writeFileSync(join(dir, "Pulumi.yaml"), `name: fixture\n${runtime}\nmain: index.ts\n`);
  writeFileSync(join(dir, "index.ts"), program);
  const backend = { PULUMI_BACKEND_URL: `file://${join(dir, "state")}`, PULUMI_CONFIG_PASSPHRASE: "test" };
  const base = pulumiEnv(projectDir(), { ...process.env, ...backend });
  const pulumi: EngineProject["pulumi"] = async (args, variables = {}) => {
    const env = { ...base, ...backend, ...variables };
    const options = { cwd: dir, env, reject: false, all: true, stdin: "ignore", timeout: 60_000 } as const;
    const { exitCode, all } = await execa("pulumi", [...args, "--non-interactive"], options);
    return { exitCode, output: all };
  };
  const created = await pulumi(["stack", "init", "test", "--secrets-provider", "passphrase"]);
  if (created.exitCode !== 0) throw new Error(created.output);
  return {
    dir,
    pulumi,
    async outputs() {
      return JSON.parse((await pulumi(["stack", "output", "--json", "--show-secrets"])).output);
    },
  };
}

export const up = ["up", "--yes", "--skip-preview", "--stack", "test"];
export const destroy = ["destroy", "--yes", "--skip-preview", "--stack", "test"];
