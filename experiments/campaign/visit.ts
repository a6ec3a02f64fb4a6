/** One visit of a guest: boot → ready → runs → power off. Each step records what it did, so it can be taken up again. */
import { InfraError } from "../../infra/errors.ts";
import type { Boot, Handle } from "../../infra/outputs.ts";
import type { Engine } from "./engine.ts";
import { messageOf, saveConsole } from "./evidence.ts";
import { isDiskError } from "./journal.ts";
import type { Cell } from "./results.ts";
import { failRun, runCell } from "./run-cell.ts";
import { cellsOf, type Visit } from "./schedule.ts";

/** Serves the visit's cells until each has its run of this block, or has failed, or the guest is lost for the block. */
export async function serveVisit(engine: Engine, visit: Visit, block: number): Promise<void> {
  const handle = engine.outputs.guests[visit.guest];
  if (!handle) throw new InfraError(`guest ${visit.guest} is not in the stack's outputs`);
  const boot = handle.boots[visit.profile] ?? handle.boots.standard ?? null;
  const pending = () => cellsOf(visit).filter((cell) => engine.state.wants(cell, block));
  while (pending().length > 0 && !engine.mustStop()) {
    if (visit.kind === "static") {
      await runCells(engine, { handle, boot: null, bootId: null, block, cells: pending() });
    } else if (boot === null) {
      await serveAlwaysOn(engine, { handle, boot: null, bootId: null, block, cells: pending() });
    } else {
      if (engine.state.bootLost(block, visit.guest, visit.profile)) return;
      await bootAndServe(engine, visit, handle, boot, block);
    }
  }
}

interface Serving {
  handle: Handle;
  boot: Boot | null;
  bootId: string | null;
  block: number;
  cells: readonly Cell[];
}

/** Runs cells in a ready guest. Returns false as soon as the guest has lost its power. */
async function runCells(engine: Engine, serving: Serving): Promise<boolean> {
  for (const cell of serving.cells) {
    const warmUps = cell.stage === "guest" ? (engine.findWorkload(cell.workload).warmUpRuns ?? 0) : 0;
    for (let warm = 1; warm <= warmUps && engine.state.wants(cell, serving.block); warm++) {
      if (engine.mustStop()) return true;
      if (!(await runCell(engine, { ...serving, cell, start: null, warmUp: warm }))) return false;
    }
    while (engine.state.wants(cell, serving.block)) {
      if (engine.mustStop()) return true;
      const alive = await runCell(engine, { ...serving, cell, start: null });
      if (!alive) return false;
    }
  }
  return true;
}

async function serveAlwaysOn(engine: Engine, serving: Serving): Promise<void> {
  await powerOffOthers(engine);
  try {
    await engine.ready(serving.handle, null, engine.signal);
  } catch (error) {
    await engine.settle();
    if (engine.signal.aborted) return;
    for (const cell of serving.cells) failRun(engine, { ...serving, cell, start: null }, error);
    return;
  }
  await runCells(engine, serving);
}

async function bootAndServe(engine: Engine, visit: Visit, handle: Handle, boot: Boot, block: number): Promise<void> {
  const { state, clock } = engine;
  await powerOffOthers(engine);
  const ref = { boot: `b${block}.${state.bootsInBlock(block) + 1}`, block, guest: visit.guest };
  const attempt = state.bootFailures(block, visit.guest, visit.profile) + 1;
  engine.record({ event: "boot.started", ...ref, profile: visit.profile, attempt });
  const begun = clock.now();
  try {
    await startGuest(engine, visit, handle, boot, ref.boot, block);
    engine.signal.throwIfAborted();
    await engine.ready(handle, boot, engine.signal);
    engine.record({ event: "boot.ready", ...ref, durationMs: clock.now() - begun });
    engine.remember(`boot/${visit.guest}/${visit.profile}`, clock.now() - begun);
  } catch (error) {
    await engine.settle();
    if (engine.signal.aborted) return endBoot(engine, ref, boot, "kill");
    if (isDiskError(error)) throw error;
    const raw = await saveConsole(engine, boot, ref.boot);
    engine.record({ event: "boot.failed", ...ref, error: messageOf(error), raw });
    await engine.power.kill(boot);
    return;
  }
  const cells = visit.cells.filter((cell) => state.wants(cell, block));
  const alive = await runCells(engine, { handle, boot, bootId: ref.boot, block, cells });
  await endBoot(engine, ref, boot, alive && !engine.signal.aborted ? "stop" : "kill");
}

/** A boot that is itself measured is started by its workload; any other by the handle's start command. */
async function startGuest(
  engine: Engine,
  visit: Visit,
  handle: Handle,
  boot: Boot,
  bootId: string,
  block: number,
): Promise<void> {
  const cell = visit.bootCell;
  if (cell === null || !engine.state.wants(cell, block)) {
    await engine.power.start(handle, boot, engine.signal);
    return;
  }
  let started = false;
  let failure: unknown = null;
  const start = async () => {
    try {
      const begun = await engine.power.start(handle, boot, engine.signal);
      started = true;
      return begun;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const alive = await runCell(engine, { handle, boot, bootId, block, cell, start });
  if (failure !== null) throw failure;
  if (!started && !engine.signal.aborted) throw new InfraError(`${cell.label} ended before it had started the guest`);
  if (!alive) throw new InfraError("the guest lost its power while it booted");
}

async function endBoot(
  engine: Engine,
  ref: { boot: string; block: number; guest: string },
  boot: Boot,
  how: "stop" | "kill",
): Promise<void> {
  const begun = engine.clock.now();
  const ended = how === "stop" ? await engine.power.stop(boot, engine.signal) : "killed";
  if (how === "kill") await engine.power.kill(boot);
  const durationMs = engine.clock.now() - begun;
  engine.record({ event: "boot.ended", ...ref, how: ended, durationMs });
  if (ended === "stopped") engine.remember(`off/${ref.guest}`, durationMs);
}

/** One guest at a time: whatever of the stack has power is powered off first. */
async function powerOffOthers(engine: Engine): Promise<void> {
  const boots = Object.values(engine.outputs.guests).flatMap((handle) => Object.values(handle.boots));
  await Promise.all(
    [...new Set(boots)].map(async (boot) => {
      if (!(await engine.power.isOn(boot))) return;
      if (engine.signal.aborted) await engine.power.kill(boot);
      else await engine.power.stop(boot, engine.signal);
    }),
  );
}
