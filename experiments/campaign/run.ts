/** The measuring loop of a campaign: block after block until every cell has a reason to stop. */
import { createEngine, type Engine, type Parts } from "./engine.ts";
import type { CampaignFolder } from "./folder.ts";
import { type Journal, openJournal, readJournal } from "./journal.ts";
import type { Campaign, Cell } from "./results.ts";
import { orderOf, scheduleBlock } from "./schedule.ts";
import { CampaignState, type StopReason } from "./state.ts";
import { serveVisit } from "./visit.ts";

/**
 * Measures from wherever the journal stands. `complete`: every cell has its reason; `interrupted`: the signal came,
 * the guest is off and nothing was finished. Throws when the testbed or the disk gives up; the journal stays whole.
 */
export async function measureCampaign(
  campaign: Campaign,
  folder: CampaignFolder,
  parts: Parts,
  open: (path: string) => Journal = (path) => openJournal(path),
): Promise<"complete" | "interrupted"> {
  const { events } = readJournal(folder.journal);
  const state = new CampaignState(campaign, events);
  const journal = open(folder.journal);
  const engine = createEngine(parts, campaign, folder, journal, state);
  const begun = parts.clock.now();
  engine.record({ event: "step.started", step: "measure" });
  const finish = (ok: boolean, detail: string | null) =>
    engine.record({ event: "step.finished", step: "measure", durationMs: parts.clock.now() - begun, ok, detail });
  try {
    await finishBlocks(engine);
    const interrupted = parts.signal.aborted;
    if (interrupted) stopCells(engine, () => "interrupted");
    finish(!interrupted, interrupted ? "interrupted" : null);
    return interrupted ? "interrupted" : "complete";
  } finally {
    journal.close();
  }
}

async function finishBlocks(engine: Engine): Promise<void> {
  const { state, campaign } = engine;
  let block = Math.max(-1, ...state.blocks.keys());
  if (block >= 0) await serveBlock(engine, block, cellsIn(campaign, state.blocks.get(block) ?? []));
  for (;;) {
    if (engine.signal.aborted) return;
    stopCells(engine, (cell) => state.verdict(cell) ?? (engine.overBudget() ? "budget" : null));
    const active = campaign.cells.filter((cell) => !state.stopped.has(cell.id));
    if (active.length === 0) return;
    block++;
    engine.record({ event: "block.started", block, order: orderOf(scheduleBlock(active, campaign.seed, block)) });
    await serveBlock(engine, block, active);
  }
}

async function serveBlock(engine: Engine, block: number, cells: readonly Cell[]): Promise<void> {
  for (const visit of scheduleBlock(cells, engine.campaign.seed, block)) {
    if (engine.mustStop()) return;
    await serveVisit(engine, visit, block);
  }
}

function stopCells(engine: Engine, reason: (cell: Cell) => StopReason | null): void {
  for (const cell of engine.campaign.cells) {
    if (engine.state.stopped.has(cell.id)) continue;
    const why = reason(cell);
    if (why === null) continue;
    const seen = engine.state.seen(cell);
    engine.record({
      event: "cell.stopped",
      cell: cell.id,
      reason: why,
      ...(seen.boots > 0 && cell.stage !== "static" ? { rule: seen } : {}),
    });
  }
}

function cellsIn(campaign: Campaign, ids: readonly string[]): Cell[] {
  const wanted = new Set(ids);
  return campaign.cells.filter((cell) => wanted.has(cell.id));
}
