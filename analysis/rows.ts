/** The tidy rows a campaign is read into, and how one journal event becomes rows. */
import type { CampaignEvent, Cell, Sample } from "../experiments/campaign/results.ts";

export type Event<Name extends CampaignEvent["event"]> = Extract<CampaignEvent, { event: Name }>;

export interface SampleRow {
  cell: string;
  guest: string;
  spec: string;
  workload: string;
  label: string;
  metric: string;
  unit: string;
  /** The metric that the cell is about; the others are what was seen on the way. */
  primary: boolean;
  block: number;
  /** null: the guest is always on, or the cell needs none. */
  boot: string | null;
  run: string;
  attempt: number;
  value: number;
  metadata: Sample["metadata"];
  at: string;
}

export interface BootRow {
  boot: string;
  block: number;
  guest: string;
  profile: string;
  attempt: number;
  at: string;
  readyMs: number | null;
  outcome: "stopped" | "killed" | "failed" | "unknown";
}

export interface FailureRow {
  what: "run" | "boot";
  id: string;
  guest: string;
  /** null for a boot. */
  cell: string | null;
  label: string;
  block: number;
  attempt: number;
  class: "infrastructure" | "measurement";
  error: string;
  raw: string[];
  at: string;
  /** A later attempt in the same block succeeded. */
  recovered: boolean;
}

export type StopReason = Event<"cell.stopped">["reason"];

export interface StepRow {
  step: string;
  startedAt: string;
  /** null: it did not end, as far as the journal tells. */
  durationMs: number | null;
  ok: boolean | null;
  detail: string | null;
}

export function rowsOf(cell: Cell, event: Event<"run.finished">): SampleRow[] {
  const { guest, spec, workload, label } = cell;
  const { block, boot, run, attempt, at } = event;
  return event.samples.map(({ metric, unit, value, metadata }) => {
    const primary = metric === cell.metric;
    return {
      cell: cell.id,
      guest,
      spec,
      workload,
      label,
      metric,
      unit,
      primary,
      block,
      boot,
      run,
      attempt,
      value,
      metadata,
      at,
    };
  });
}

export function runFailure(cell: Cell, event: Event<"run.failed">): FailureRow {
  return {
    what: "run",
    id: event.run,
    guest: cell.guest,
    cell: cell.id,
    label: cell.label,
    block: event.block,
    attempt: event.attempt,
    class: event.class,
    error: event.error,
    raw: event.raw,
    at: event.at,
    recovered: false,
  };
}

export function bootFailure(event: Event<"boot.failed">, boot: BootRow | undefined): FailureRow {
  return {
    what: "boot",
    id: event.boot,
    guest: event.guest,
    cell: null,
    label: `boot${boot && boot.profile !== "standard" ? ` (${boot.profile})` : ""}`,
    block: event.block,
    attempt: boot?.attempt ?? 1,
    class: "infrastructure",
    error: event.error,
    raw: event.raw,
    at: event.at,
    recovered: false,
  };
}
