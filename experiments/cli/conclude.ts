/** The end of a campaign for the user: the report, what was left behind, what failed, and the exit code. */
import { ConfigError } from "../../infra/errors.ts";
import { readJournal } from "../campaign/journal.ts";
import { type CampaignEvent, changesIn, leftoversIn, type Teardown } from "../campaign/results.ts";
import { exitCodes, reportFailure } from "./fail.ts";
import type { CampaignEnd } from "./lifecycle.ts";
import { count, print, printJson, warn } from "./output.ts";
import type { Progress } from "./progress.ts";
import { Interrupted } from "./signals.ts";

interface Reported {
  htmlPath: string;
  summary: unknown;
  terminalTable: string;
}

interface Conclusion {
  end: CampaignEnd;
  stack: string;
  keep: boolean;
  json: boolean;
  interrupted: Interrupted | null;
  progress: Progress;
  /** Makes the report; only asked where there is a plan. */
  report(campaignDir: string): Promise<Reported>;
}

export async function conclude(conclusion: Conclusion): Promise<number> {
  const { end, json } = conclusion;
  let code: number = exitCodes.ok;
  const fail = (error: unknown) => {
    const failure = reportFailure(error);
    if (code === exitCodes.ok) code = failure;
  };
  let reported: Reported | null = null;
  if (end.campaign !== null) {
    try {
      reported = await conclusion.progress.step("Report", 3_000, () => conclusion.report(end.folder.path));
    } catch (error) {
      fail(error);
    }
  }
  if (reported !== null && !json) print(`\n${reported.terminalTable}\n\nReport: ${reported.htmlPath}`);
  for (const error of end.errors) if (!(error instanceof Interrupted)) fail(error);
  const failed = failedCells(end);
  if (failed.length > 0) {
    warn(`guestbench: ${count(failed.length, "cell")} gave no or too few samples: ${failed.join(", ")}`);
    if (code === exitCodes.ok) code = exitCodes.failed;
  }
  const meanwhile = end.teardown === null ? null : meanwhileOf(end.teardown);
  if (meanwhile !== null) warn(meanwhile);
  if (end.teardown !== null && !end.teardown.clean) {
    warn(leftoversOf(end.teardown, conclusion.stack));
    code = exitCodes.leftovers;
  }
  if (end.outcome !== "complete" && end.campaign !== null) warn(resumeHint(end, conclusion));
  if (conclusion.keep)
    warn(`The stack ${conclusion.stack} is still up: \`guestbench destroy --stack ${conclusion.stack}\``);
  if (json)
    printJson({
      campaign: end.folder.id,
      path: end.folder.path,
      outcome: end.outcome,
      report: reported?.htmlPath ?? null,
      summary: reported?.summary ?? null,
      clean: end.teardown?.clean ?? null,
      failedCells: failed,
    });
  return code === exitCodes.leftovers ? code : (conclusion.interrupted?.exitCode ?? code);
}

function resumeHint(end: CampaignEnd, { stack }: Conclusion): string {
  if (end.errors.some((error) => error instanceof ConfigError)) return "";
  return `Every finished sample is kept. To go on: guestbench run --resume ${end.folder.id} --stack ${stack}`;
}

function failedCells(end: CampaignEnd): string[] {
  if (end.campaign === null) return [];
  const isFailure = (event: CampaignEvent) => event.event === "cell.stopped" && event.reason === "failed";
  const events = readJournal(end.folder.journal).events.filter(isFailure);
  const ids = new Set(events.map((event) => (event.event === "cell.stopped" ? event.cell : "")));
  return end.campaign.cells.filter((cell) => ids.has(cell.id)).map((cell) => `${cell.label} on ${cell.guest}`);
}

/** What is left with the way to remove it, and what could not be judged. */
export function leftoversOf(teardown: Teardown, stack: string): string {
  const left = leftoversIn(teardown);
  const head =
    left.length === 0
      ? `nothing was found of the stack ${stack}, but the host could not be shown to be what it was before`
      : `the host is not what it was before; run \`guestbench recover --stack ${stack}\`, or remove by hand what it leaves`;
  const lines = left.flatMap(({ kind, what, remedy }) => [
    `  left over (${kind}): ${what}`,
    ...(remedy === null ? [] : [`      ${remedy.replaceAll("\n", "\n      ")}`]),
  ]);
  // only values are left, and somebody may have meant them
  const valuesOnly =
    left.length > 0 && left.every(({ kind, what }) => kind.startsWith("value") || / \(was /.test(what));
  const hint = valuesOnly
    ? [`  What is meant to stay: \`rm -r /var/lib/guestbench/${stack}\` on the host ends the comparison.`]
    : [];
  return [`guestbench: ${head}`, ...teardown.notes.map((note) => `  ${note}`), ...lines, ...hint].join("\n");
}

const CHANGES_TOLD = 8;

/** For the one who reads the terminal; null where nothing came meanwhile. */
export function meanwhileOf(teardown: Teardown): string | null {
  const changes = changesIn(teardown);
  if (changes.length === 0) return null;
  const told = changes.slice(0, CHANGES_TOLD).map((line) => `  ${line}`);
  const more = changes.length > CHANGES_TOLD ? [`  and ${changes.length - CHANGES_TOLD} more`] : [];
  return ["Changed on the host meanwhile, by nothing known of this stack:", ...told, ...more].join("\n");
}
