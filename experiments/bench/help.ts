/** `guestbench --help` against the Node that runs it: what a command costs before it does anything. */
import { join } from "node:path";
import { execa } from "execa";
import { projectDir } from "../../infra/toolchain/paths.ts";
import { alternate, type Row, ratioRow, timed } from "./measure.ts";

export async function helpCost(): Promise<Row[]> {
  const bootstrap = join(projectDir(), "infra/toolchain/bootstrap.mjs");
  const node = (...args: string[]) => timed(() => execa(process.execPath, args, { stdio: "ignore" }));
  const { ours, peer } = await alternate(
    { name: "help", run: () => node(bootstrap, "--help") },
    { name: "node", run: () => node("-e", "0") },
    20,
  );
  return [ratioRow("guestbench --help", ours, peer, ["guestbench --help", "node -e 0"], 3)];
}
