/** How long things took on this machine, kept in .guestbench/estimates.json, and what that makes of a plan. */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Workload } from "../workloads/workload.ts";
import { writeAtomic } from "./folder.ts";
import type { Cell } from "./results.ts";
import { cellsOf, scheduleBlock } from "./schedule.ts";

const DEFAULT_BOOT_MS = 20_000;
const DEFAULT_OFF_MS = 3_000;

const fileSchema = z.record(z.string(), z.number().nonnegative()).describe("key → milliseconds");

/** Durations by key `<stack>/<what>`; a file that is missing or not understood is as good as empty. */
export class Estimates {
  readonly #path: string;
  #values: Map<string, number>;

  constructor(path: string) {
    this.#path = path;
    this.#values = this.#read();
  }

  #read(): Map<string, number> {
    try {
      return new Map(Object.entries(fileSchema.parse(JSON.parse(readFileSync(this.#path, "utf8")))));
    } catch {
      return new Map();
    }
  }

  get(key: string): number | null {
    return this.#values.get(key) ?? null;
  }

  /** Half the old value, half the new; a quite different one (the first build of everything, say) replaces the old. */
  remember(key: string, durationMs: number): void {
    const old = this.#values.get(key);
    const similar = old !== undefined && durationMs < old * 3 && durationMs > old / 3;
    this.#values.set(key, Math.round(similar ? (old + durationMs) / 2 : durationMs));
  }

  save(): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      const merged = new Map([...this.#read(), ...this.#values]);
      writeAtomic(this.#path, `${JSON.stringify(Object.fromEntries([...merged].sort()), null, 2)}\n`);
    } catch {
      // Estimates are a convenience; a full disk is reported where it matters.
    }
  }
}

export interface Forecast {
  boots: number;
  runs: number;
  durationMs: number;
}

/** What the given blocks will take: boots, runs and power-offs of the cells that are active in each. */
export function forecast(
  blocks: readonly (readonly Cell[])[],
  stack: string,
  alwaysOn: (guest: string) => boolean,
  findWorkload: (name: string) => Workload,
  estimates: Pick<Estimates, "get">,
): Forecast {
  const result: Forecast = { boots: 0, runs: 0, durationMs: 0 };
  const known = (key: string, otherwise: number) => estimates.get(`${stack}/${key}`) ?? otherwise;
  for (const cells of blocks) {
    for (const visit of scheduleBlock(cells, "", 0)) {
      if (visit.kind === "boot" && !alwaysOn(visit.guest)) {
        result.boots++;
        result.durationMs += known(`boot/${visit.guest}/${visit.profile}`, DEFAULT_BOOT_MS);
        result.durationMs += known(`off/${visit.guest}`, DEFAULT_OFF_MS);
      }
      for (const cell of cellsOf(visit)) {
        const workload = findWorkload(cell.workload);
        const inBoot = cell.stage === "boot";
        result.runs++;
        if (!inBoot) {
          const estimate = workload.estimateMs(cell.parameters);
          result.durationMs += known(`run/${visit.guest}/${cell.label}`, estimate);
        }
      }
    }
  }
  return result;
}

/** Every cell in each of the first `count` blocks; static cells in the first only. */
export function blocksOf(cells: readonly Cell[], count: number): Cell[][] {
  return Array.from({ length: count }, (_, block) => cells.filter((cell) => block === 0 || cell.stage !== "static"));
}
