/** The measuring stage of a real campaign against the sum of its boots and runs: what scheduling and records cost. */
import { readJournal } from "../campaign/journal.ts";
import type { CampaignEvent } from "../campaign/results.ts";
import { ms, type Row } from "./measure.ts";

/** Milliseconds that guests booted, ran workloads and powered off; a measured boot is part of its boot. */
function busyMs(events: readonly CampaignEvent[], measuresBoot: (cell: string) => boolean): number {
  return events.reduce((sum, event) => {
    if (event.event === "boot.ready" || event.event === "boot.ended") return sum + event.durationMs;
    if (event.event === "run.finished" && !measuresBoot(event.cell)) return sum + event.durationMs;
    return sum;
  }, 0);
}

export function measuringCost(folder: string, measuresBoot: (cell: string) => boolean): Row[] {
  const { events } = readJournal(folder);
  const stage = events.find((event) => event.event === "step.finished" && event.step === "measure");
  if (stage?.event !== "step.finished") throw new Error(`${folder}: the measuring stage did not finish`);
  const busy = busyMs(events, measuresBoot);
  const ratio = stage.durationMs / busy;
  return [
    {
      title: "measuring stage",
      ours: `wall time ${ms(stage.durationMs)}`,
      peer: `boots and runs ${ms(busy)}`,
      result: `${ratio.toFixed(3)} ×  (one campaign)`,
      goal: "≤ 1.10 ×",
      met: ratio <= 1.1,
    },
  ];
}
