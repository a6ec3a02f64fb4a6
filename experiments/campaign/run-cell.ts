/** One run of one cell: its samples, or how it failed. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { InfraError, WorkloadError } from "../../infra/errors.ts";
import type { Boot, Handle } from "../../infra/outputs.ts";
import type { Started, Workload, WorkloadContext } from "../workloads/workload.ts";
import type { Engine } from "./engine.ts";
import { messageOf, rawFiles, saveConsole } from "./evidence.ts";
import { isDiskError } from "./journal.ts";
import { type Cell, type Sample, type Surroundings, sampleSchema } from "./results.ts";
import { beyond } from "./surroundings.ts";

/** A run may take so many times its estimate, and at least the floor, before it counts as hung. */
const PATIENCE = 10;
const PATIENCE_FLOOR_MS = 10 * 60_000;
const CLEAN_UP_MS = 5_000;

export interface CellRun {
  handle: Handle;
  boot: Boot | null;
  bootId: string | null;
  block: number;
  cell: Cell;
  /** For stage `boot`: issues the start command. */
  start: (() => Promise<Started>) | null;
  /** Which warm-up run this is, from 1; missing: a run that counts. */
  warmUp?: number;
}

/** Records the run. Returns false when the guest has no power any more. An abort records nothing more. */
export async function runCell(engine: Engine, run: CellRun): Promise<boolean> {
  const { clock, folder } = engine;
  const ref = begin(engine, run);
  const watch = run.warmUp || run.cell.stage === "static" ? null : await engine.watch?.(run.boot);
  const begun = clock.now();
  try {
    const samples = await measure(engine, run, join(folder.path, "raw", ref.run));
    engine.signal.throwIfAborted();
    const durationMs = clock.now() - begun;
    const result = { ...ref, durationMs, samples, raw: rawFiles(folder.path, ref.run) };
    if (run.warmUp) {
      engine.record({ event: "run.warmed-up", ...result });
      return true;
    }
    engine.record({ event: "run.finished", ...result, ...judged(engine, run, (await watch?.end()) ?? null) });
    engine.remember(`run/${run.cell.guest}/${run.cell.label}`, durationMs);
    return true;
  } catch (error) {
    await watch?.end();
    await engine.settle();
    if (engine.signal.aborted) return true;
    if (isDiskError(error)) throw error;
    const alive = run.boot === null || (await engine.power.isOn(run.boot));
    if (!alive && run.boot !== null) await saveConsole(engine, run.boot, ref.run);
    engine.record({
      event: "run.failed",
      ...ref,
      class: !alive || error instanceof InfraError ? "infrastructure" : "measurement",
      error: alive ? messageOf(error) : `the guest lost its power: ${messageOf(error)}`,
      raw: rawFiles(folder.path, ref.run),
    });
    return alive;
  }
}

/** What the host did meanwhile, and whether that spoilt the run. */
function judged(engine: Engine, { cell, block }: CellRun, surroundings: Surroundings | null) {
  if (surroundings === null) return {};
  const reasons = beyond(surroundings, engine.outputs.host.limits ?? {});
  if (reasons.length === 0) return { surroundings };
  return { surroundings, disturbed: { reasons, repeated: engine.state.repeats(cell.id, block) } };
}

/** Records a run that could not even begin. */
export function failRun(engine: Engine, run: CellRun, error: unknown): void {
  const ref = begin(engine, run);
  engine.record({ event: "run.failed", ...ref, class: "infrastructure", error: messageOf(error), raw: [] });
}

function begin(engine: Engine, run: CellRun) {
  const attempt = engine.state.tries(run.cell.id, run.block).started + 1;
  const index = engine.campaign.cells.findIndex((cell) => cell.id === run.cell.id);
  const name = `b${run.block}.c${index}.a${attempt}${run.warmUp ? `.w${run.warmUp}` : ""}`;
  const ref = { run: name, cell: run.cell.id, boot: run.bootId, block: run.block, attempt };
  engine.record({ event: "run.started", ...ref, ...(run.warmUp ? { warmUp: true } : {}) });
  return ref;
}

async function measure(engine: Engine, run: CellRun, rawDir: string): Promise<Sample[]> {
  const workload = engine.findWorkload(run.cell.workload);
  const limitMs = Math.max(PATIENCE_FLOOR_MS, PATIENCE * workload.estimateMs(run.cell.parameters));
  const hung = new AbortController();
  const signal = AbortSignal.any([engine.signal, hung.signal]);
  const context = engine.context({ handle: run.handle, boot: run.boot, cell: run.cell, rawDir, signal });
  const timer = setTimeout(
    () => hung.abort(new WorkloadError(`${run.cell.label} did not end within ${limitMs / 1000} s`)),
    limitMs,
  );
  const performed = perform(workload, context, run);
  try {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    return checked(run.cell, await Promise.race([performed, aborted]));
  } finally {
    clearTimeout(timer);
    // what an aborted workload still has to put away, it puts away before the guest loses its power
    await Promise.race([performed.catch(() => undefined), delay(CLEAN_UP_MS, undefined, { ref: false })]);
    await context.close();
  }
}

async function perform(workload: Workload, context: WorkloadContext, run: CellRun): Promise<Sample[]> {
  if (workload.stage !== "boot") return workload.run(context);
  if (run.boot === null || run.start === null) throw new InfraError(`${workload.name} measures a boot; nothing boots`);
  return workload.run({ ...context, boot: run.boot, start: run.start });
}

/** Numbers that are none, or no value of the primary metric, are a failed measurement. */
function checked(cell: Cell, samples: Sample[]): Sample[] {
  const result = sampleSchema.array().safeParse(samples);
  if (!result.success) throw new WorkloadError(`${cell.label}: not samples: ${result.error.message}`);
  if (!result.data.some((sample) => sample.metric === cell.metric))
    throw new WorkloadError(`${cell.label} gave no value of ${cell.metric}`);
  return result.data;
}
