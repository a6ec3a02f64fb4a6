/**
 * The realtime clock with sub-millisecond resolution, to set beside a capture's kernel time stamps. Date.now() counts
 * whole milliseconds; the monotonic clock is finer but has another zero. Watching Date.now() tick ties the two together.
 */

export interface RealtimeClock {
  /** Milliseconds since the epoch, with a fraction. */
  now(): number;
  /** How far `now` can be off. */
  uncertaintyMs: number;
}

const wantedTicks = 5;
/** A tick seen within this many milliseconds of spinning is taken; more means the process was off the CPU. */
const goodTickMs = 0.02;
const maxSpinMs = 50;

/** Spins for about five milliseconds. */
export function calibrateClock(): RealtimeClock {
  let offsetMs = 0;
  let uncertaintyMs = Number.POSITIVE_INFINITY;
  let good = 0;
  const deadline = performance.now() + maxSpinMs;
  let before = performance.now();
  let wall = Date.now();
  while (good < wantedTicks && before < deadline) {
    const nextWall = Date.now();
    const after = performance.now();
    if (nextWall === wall + 1) {
      const width = after - before;
      if (width <= goodTickMs) good++;
      if (width < uncertaintyMs) {
        uncertaintyMs = width;
        offsetMs = nextWall - (before + after) / 2;
      }
    }
    wall = nextWall;
    before = after;
  }
  return { now: () => performance.now() + offsetMs, uncertaintyMs: uncertaintyMs / 2 };
}
