/**
 * The order of a block: a pure function of cells, seed and block number, so that a campaign can be replayed and resumed.
 * Every block holds every cell once. Guests take turns in a drawn order; one visit of a guest (one boot) serves its cells.
 */
import { seededRandom, shuffled } from "./random.ts";
import type { Cell } from "./results.ts";

/** Cells served together: by one boot of a guest, by an always-on guest, or with no guest at all (`static`). */
export interface Visit {
  guest: string;
  profile: string;
  kind: "static" | "boot";
  /** The cell that measures this boot itself and issues the start command; null: a plain boot. */
  bootCell: Cell | null;
  /** Cells that run in the ready guest, in order. */
  cells: Cell[];
}

/** Static cells are not in a boot and have no spread: they come first, in block 0 or whenever they are still to be done. */
export function scheduleBlock(cells: readonly Cell[], seed: string, block: number): Visit[] {
  const random = seededRandom(`${seed}/block/${block}`);
  const statics = new Map<string, Visit>();
  const groups = new Map<string, { boot: Cell[]; guest: Cell[] }>();
  for (const cell of [...cells].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    if (cell.stage === "static") {
      const visit = statics.get(cell.guest) ?? visitOf(cell, "static");
      visit.cells.push(cell);
      statics.set(cell.guest, visit);
      continue;
    }
    const key = `${cell.guest}|${cell.bootProfile}`;
    const group = groups.get(key) ?? { boot: [], guest: [] };
    group[cell.stage].push(cell);
    groups.set(key, group);
  }
  const visits: Visit[] = [];
  for (const group of groups.values()) {
    const bootCells = shuffled(group.boot, random);
    const inGuest = shuffled(group.guest, random);
    const first = bootCells[0] ?? inGuest[0];
    if (!first) continue;
    visits.push({ ...visitOf(first, "boot"), bootCell: bootCells[0] ?? null, cells: inGuest });
    for (const cell of bootCells.slice(1)) visits.push({ ...visitOf(cell, "boot"), bootCell: cell });
  }
  return [...shuffled([...statics.values()], random), ...shuffled(visits, random)];
}

function visitOf(cell: Cell, kind: Visit["kind"]): Visit {
  return { guest: cell.guest, profile: cell.bootProfile, kind, bootCell: null, cells: [] };
}

export function cellsOf(visit: Visit): Cell[] {
  return visit.bootCell === null ? visit.cells : [visit.bootCell, ...visit.cells];
}

/** Cell ids in the order they will run, as the journal records it. */
export function orderOf(visits: readonly Visit[]): string[] {
  return visits.flatMap(cellsOf).map((cell) => cell.id);
}
