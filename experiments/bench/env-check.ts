/** `guestbench env check` against its look at the host alone, as one would run the same script by hand. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { probeScript, renderEnvironment } from "../../infra/environment/index.ts";
import { environment } from "../../infra/provision.ts";
import { projectDir } from "../../infra/toolchain/paths.ts";
import { alternate, type Row, ratioRow, timed } from "./measure.ts";

/** A lock of its own beside a copy of the stack, so that the project's stays as it is. */
export async function envCheckCost(stack: string): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "guestbench-bench-"));
  try {
    const declared = join(projectDir(), "stacks", `${stack}.ts`);
    writeFileSync(join(dir, `${stack}.ts`), `export { default } from ${JSON.stringify(declared)};\n`);
    writeFileSync(join(dir, `${stack}.lock.json`), renderEnvironment(await environment(stack, null)));
    const bootstrap = join(projectDir(), "infra/toolchain/bootstrap.mjs");
    const env = { GUESTBENCH_STACKS: dir };
    const check = () =>
      execa(process.execPath, [bootstrap, "env", "check", "--stack", stack], { env, stdio: "ignore" });
    const script = () => execa("/bin/sh", ["-s"], { input: probeScript, stdout: "ignore", stderr: "ignore" });
    const { ours, peer } = await alternate(
      { name: "check", run: () => timed(check) },
      { name: "script", run: () => timed(script) },
      10,
    );
    return [ratioRow("env check", ours, peer, ["guestbench env check", "its script alone"], null)];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
