/** `npm run bench`: what the tool itself costs, as ratios against a peer or a direct run measured beside it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import * as provision from "../../infra/provision.ts";
import { resultsDir } from "../../infra/toolchain/paths.ts";
import { campaignSchema, leftoversIn } from "../campaign/results.ts";
import { envCheckCost } from "./env-check.ts";
import { helpCost } from "./help.ts";
import { hostSettingsCost } from "./host-settings.ts";
import { instantiationCost } from "./instantiation.ts";
import type { Row } from "./measure.ts";
import { measuringCost } from "./measuring.ts";
import { noOpUp } from "./no-op-up.ts";
import { statisticsCost } from "./statistics.ts";

const STACK = "local";

function show(rows: readonly Row[]): void {
  for (const { title, ours, peer, result, goal, met } of rows) {
    const verdict = met === null ? "" : met ? "met" : "MISSED";
    console.log(
      [title.padEnd(26), `${ours} against ${peer}`.padEnd(62), result, `goal ${goal}`, verdict].join("  ").trimEnd(),
    );
  }
}

/** A quick start of its own, whose folder is then read. */
async function campaign(): Promise<Row[]> {
  const bootstrap = join(import.meta.dirname, "../../infra/toolchain/bootstrap.mjs");
  await execa(process.execPath, [bootstrap, "run", "quickstart", "--keep", "--stack", STACK], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const folder = join(resultsDir(), "latest");
  const { cells } = campaignSchema.parse(JSON.parse(readFileSync(join(folder, "campaign.json"), "utf8")));
  const measured = new Set(cells.filter(({ stage }) => stage === "boot").map(({ id }) => id));
  return measuringCost(join(folder, "journal.jsonl"), (cell) => measured.has(cell));
}

show(await statisticsCost());
show(await helpCost());
show(await envCheckCost(STACK));
show(await hostSettingsCost());
try {
  const { outputs } = await provision.up(STACK);
  show(await noOpUp(STACK));
  show(await instantiationCost(outputs));
  show(await campaign());
} finally {
  await provision.destroy(STACK);
  const left = leftoversIn(await provision.attest(STACK)).map(({ kind, what }) => `${kind}: ${what}`);
  if (left.length > 0) console.error(`left on this machine, see \`guestbench recover\`:\n${left.join("\n")}`);
}
