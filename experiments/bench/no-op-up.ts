/** `pulumi up` that finds nothing to do, against the same for a program that declares nothing. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { pulumiEnv } from "../../infra/toolchain/index.ts";
import { projectDir } from "../../infra/toolchain/paths.ts";
import { alternate, type Row, ratioRow, timed } from "./measure.ts";

const YAML = "name: empty\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\n";

/** The stack has to be up. */
export async function noOpUp(stack: string): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "guestbench-bench-"));
  const env = { ...pulumiEnv(projectDir()) };
  const emptyEnv = { ...env, PULUMI_BACKEND_URL: `file://${join(dir, "state")}` };
  const up = (cwd: string, name: string, variables: Record<string, string>) =>
    timed(() => execa("pulumi", ["up", "--yes", "--skip-preview", "-s", name], { cwd, env: variables }));
  try {
    mkdirSync(join(dir, "state"));
    writeFileSync(join(dir, "Pulumi.yaml"), YAML);
    writeFileSync(join(dir, "package.json"), '{ "type": "module" }\n');
    symlinkSync(join(projectDir(), "node_modules"), join(dir, "node_modules"));
    writeFileSync(join(dir, "index.js"), 'import "@pulumi/pulumi";\n');
    await execa("pulumi", ["stack", "init", "empty"], { cwd: dir, env: emptyEnv });
    const { ours, peer } = await alternate(
      { name: stack, run: () => up(projectDir(), stack, env) },
      { name: "empty", run: () => up(dir, "empty", emptyEnv) },
      5,
    );
    return [ratioRow("no-op pulumi up", ours, peer, [stack, "an empty program"], null)];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
