/** Folds a journal into tables: samples, boots, failures, steps, stop reasons and how the campaign ended. */
import type { Campaign, Cell } from "../experiments/campaign/results.ts";
import { ParseError } from "../infra/errors.ts";
import type { JournalLine } from "./journal.ts";
import {
  type BootRow,
  bootFailure,
  type Event,
  type FailureRow,
  rowsOf,
  runFailure,
  type SampleRow,
  type StepRow,
  type StopReason,
} from "./rows.ts";

/** What the journal says, event by event, put in order. */
export interface Tables {
  samples: SampleRow[];
  boots: BootRow[];
  failures: FailureRow[];
  steps: StepRow[];
  stops: Map<string, StopReason>;
  /** Runs that count for nothing, by cell: those that warmed up, and those that were disturbed and done again. */
  warmUps: Map<string, number>;
  repeated: Map<string, number>;
  /** Runs that count although they were disturbed. */
  disturbed: Map<string, number>;
  /** Blocks that were begun, with the order their cells were scheduled in. */
  blocks: { block: number; order: string[] }[];
  /** null: no end is recorded; it was killed, or still runs. */
  outcome: Event<"campaign.finished">["outcome"] | null;
  error: string | null;
  resumptions: number;
  finishedRuns: number;
  /** Runs that were begun and have no end in the journal. */
  unendedRuns: number;
}

export function tabulate(campaign: Campaign, lines: Iterable<JournalLine>, path: string): Tables {
  const cells = new Map(campaign.cells.map((cell) => [cell.id, cell]));
  const tables: Tables = {
    samples: [],
    boots: [],
    failures: [],
    steps: [],
    stops: new Map(),
    warmUps: new Map(),
    repeated: new Map(),
    disturbed: new Map(),
    blocks: [],
    outcome: null,
    error: null,
    resumptions: 0,
    finishedRuns: 0,
    unendedRuns: 0,
  };
  const runs = new Map<string, "started" | "ended">();
  for (const { event, line } of lines) {
    const bad = (problem: string) => new ParseError(`${path}:${line}: ${problem}`);
    const cellOf = (id: string): Cell => {
      const cell = cells.get(id);
      if (!cell) throw bad(`cell "${id}" is not in campaign.json`);
      return cell;
    };
    const endRun = (run: string) => {
      if (runs.get(run) === "ended") throw bad(`run "${run}" ends twice`);
      runs.set(run, "ended");
    };
    switch (event.event) {
      case "campaign.resumed":
        tables.resumptions++;
        tables.outcome = null;
        tables.error = null;
        break;
      case "campaign.finished":
        tables.outcome = event.outcome;
        tables.error = event.error;
        break;
      case "step.started":
        tables.steps.push({ step: event.step, startedAt: event.at, durationMs: null, ok: null, detail: null });
        break;
      case "step.finished":
        endStep(tables.steps, event);
        break;
      case "block.started":
        if (!tables.blocks.some((known) => known.block === event.block))
          tables.blocks.push({ block: event.block, order: event.order });
        break;
      case "boot.started":
        tables.boots.push({
          boot: event.boot,
          block: event.block,
          guest: event.guest,
          profile: event.profile,
          attempt: event.attempt,
          at: event.at,
          readyMs: null,
          outcome: "unknown",
        });
        break;
      case "boot.ready":
        Object.assign(bootOf(tables.boots, event.boot) ?? {}, { readyMs: event.durationMs });
        break;
      case "boot.ended":
        Object.assign(bootOf(tables.boots, event.boot) ?? {}, { outcome: event.how });
        break;
      case "boot.failed": {
        const boot = bootOf(tables.boots, event.boot);
        if (boot) boot.outcome = "failed";
        tables.failures.push(bootFailure(event, boot));
        break;
      }
      case "run.started":
        cellOf(event.cell);
        if (!runs.has(event.run)) runs.set(event.run, "started");
        break;
      case "run.finished":
        endRun(event.run);
        tables.finishedRuns++;
        if (event.disturbed?.repeated) {
          count(tables.repeated, event.cell);
          break;
        }
        if (event.disturbed) count(tables.disturbed, event.cell);
        tables.samples.push(...rowsOf(cellOf(event.cell), event));
        break;
      case "run.warmed-up":
        endRun(event.run);
        cellOf(event.cell);
        count(tables.warmUps, event.cell);
        break;
      case "run.failed":
        endRun(event.run);
        tables.failures.push(runFailure(cellOf(event.cell), event));
        break;
      case "cell.stopped":
        cellOf(event.cell);
        tables.stops.set(event.cell, event.reason);
        break;
    }
  }
  tables.unendedRuns = [...runs.values()].filter((state) => state === "started").length;
  markRecovered(tables);
  return tables;
}

function count(counts: Map<string, number>, cell: string): void {
  counts.set(cell, (counts.get(cell) ?? 0) + 1);
}

/** Boot ids may repeat after a resumption: the latest is meant. */
function bootOf(boots: BootRow[], id: string): BootRow | undefined {
  return boots.findLast((boot) => boot.boot === id);
}

function endStep(steps: StepRow[], event: Event<"step.finished">): void {
  const ended = { durationMs: event.durationMs, ok: event.ok, detail: event.detail };
  const begun = steps.findLast((step) => step.step === event.step && step.durationMs === null);
  if (begun) Object.assign(begun, ended);
  else steps.push({ step: event.step, startedAt: event.at, ...ended });
}

/** A failed run recovered when its cell got a sample in that block; a failed boot, when the same kind of boot was ready there later. */
function markRecovered(tables: Tables): void {
  for (const failure of tables.failures) {
    if (failure.what === "run") {
      failure.recovered = tables.samples.some(
        (row) => row.cell === failure.cell && row.block === failure.block && row.at >= failure.at,
      );
    } else {
      const failed = bootOf(tables.boots, failure.id);
      failure.recovered = tables.boots.some(
        (boot) =>
          boot !== failed &&
          boot.guest === failure.guest &&
          boot.block === failure.block &&
          boot.profile === failed?.profile &&
          boot.readyMs !== null &&
          boot.at >= failure.at,
      );
    }
  }
}
