/** What a campaign has done so far: a fold over its journal, the same live and after an interruption. */
import type { Campaign, CampaignEvent, Cell } from "./results.ts";
import { baselinesIn, lookAt, median, type Seen, stopReason } from "./stop.ts";

/** A failed boot, or a run that failed with its infrastructure, is tried again this often within a block. */
const RETRIES = 2;
/** A cell whose measurement failed in so many blocks in a row is given up. */
const FAILED_BLOCKS = 3;
/** A disturbed run is done again so often in a block; the last one counts, and stays marked. */
const REPEATS = 2;

export type StopReason = Extract<CampaignEvent, { event: "cell.stopped" }>["reason"];

/** What happened to one cell in one block. */
interface Tries {
  started: number;
  finished: boolean;
  /** The measurement itself failed: recorded, not tried again in this block. */
  failed: boolean;
  infrastructureFailures: number;
  /** Runs that something else disturbed, and that count for nothing. */
  disturbed: number;
  values: number[];
}

interface Boot {
  guest: string;
  profile: string;
  startedAt: number;
  ready: boolean;
}

const noTries: Readonly<Tries> = {
  started: 0,
  finished: false,
  failed: false,
  infrastructureFailures: 0,
  disturbed: 0,
  values: [],
};

export class CampaignState {
  readonly campaign: Campaign;
  readonly stopped = new Map<string, StopReason>();
  /** Order of each block that was begun. */
  readonly blocks = new Map<number, readonly string[]>();
  /** What has power or runs at this moment, as far as the journal tells. */
  currentBoot: (Boot & { boot: string }) | null = null;
  currentRun: { run: string; cell: string; startedAt: number } | null = null;
  currentStep: { step: string; startedAt: number } | null = null;
  outcome: "complete" | "interrupted" | "failed" | null = null;
  error: string | null = null;
  pid: number | null = null;
  startedAt: number | null = null;
  lastAt = 0;
  counts = { boots: 0, bootFailures: 0, runs: 0, runFailures: 0 };
  /** Guests that have served a cell without a boot. */
  readonly alwaysOn = new Set<string>();
  /** Of each cell that is compared with one: the baseline's cell of the same measurement. */
  readonly #baselines: ReadonlyMap<string, Cell>;
  readonly #tries = new Map<string, Map<number, Tries>>();
  readonly #bootFailures = new Map<string, number>();
  readonly #bootsInBlock = new Map<number, number>();
  #measuredMs = 0;
  #measuringSince: number | null = null;

  constructor(campaign: Campaign, events: readonly CampaignEvent[] = []) {
    this.campaign = campaign;
    this.#baselines = baselinesIn(campaign);
    for (const event of events) this.apply(event);
  }

  apply(event: CampaignEvent): void {
    const at = Date.parse(event.at);
    if (event.event === "campaign.resumed") this.#endMeasuring(this.lastAt);
    this.lastAt = at;
    switch (event.event) {
      case "campaign.started":
      case "campaign.resumed":
        this.startedAt ??= at;
        this.pid = event.pid;
        this.outcome = null;
        this.error = null;
        this.currentBoot = null;
        this.currentRun = null;
        this.currentStep = null;
        for (const [cell, reason] of this.stopped) if (reason === "interrupted") this.stopped.delete(cell);
        break;
      case "campaign.finished":
        this.#endMeasuring(at);
        this.outcome = event.outcome;
        this.error = event.error;
        break;
      case "step.started":
        this.currentStep = { step: event.step, startedAt: at };
        if (event.step === "measure") this.#measuringSince = at;
        break;
      case "step.finished":
        this.currentStep = null;
        if (event.step === "measure") this.#endMeasuring(at);
        break;
      case "block.started":
        this.blocks.set(event.block, event.order);
        break;
      case "boot.started":
        this.counts.boots++;
        this.#bootsInBlock.set(event.block, this.bootsInBlock(event.block) + 1);
        this.currentBoot = {
          boot: event.boot,
          guest: event.guest,
          profile: event.profile,
          startedAt: at,
          ready: false,
        };
        break;
      case "boot.ready":
        if (this.currentBoot) this.currentBoot.ready = true;
        break;
      case "boot.failed": {
        this.counts.bootFailures++;
        const key = `${event.block}|${event.guest}|${this.currentBoot?.profile ?? ""}`;
        this.#bootFailures.set(key, (this.#bootFailures.get(key) ?? 0) + 1);
        this.currentBoot = null;
        break;
      }
      case "boot.ended":
        this.currentBoot = null;
        break;
      case "run.started":
        if (!event.warmUp) this.#triesOf(event.cell, event.block).started++;
        if (event.boot === null) this.#noteAlwaysOn(event.cell);
        this.currentRun = { run: event.run, cell: event.cell, startedAt: at };
        break;
      case "run.finished": {
        this.counts.runs++;
        this.currentRun = null;
        const tries = this.#triesOf(event.cell, event.block);
        if (event.disturbed?.repeated) {
          tries.disturbed++;
          break;
        }
        const metric = this.campaign.cells.find((cell) => cell.id === event.cell)?.metric;
        tries.finished = true;
        tries.values.push(...event.samples.filter((s) => s.metric === metric).map((s) => s.value));
        break;
      }
      case "run.warmed-up":
        this.currentRun = null;
        break;
      case "run.failed": {
        this.counts.runFailures++;
        this.currentRun = null;
        const tries = this.#triesOf(event.cell, event.block);
        if (event.class === "measurement") tries.failed = true;
        else tries.infrastructureFailures++;
        break;
      }
      case "cell.stopped":
        this.stopped.set(event.cell, event.reason);
        break;
    }
  }

  /** Time spent in measuring, over all resumptions; provisioning and pauses in between do not count. */
  measuredMs(now: number): number {
    return this.#measuredMs + (this.#measuringSince === null ? 0 : Math.max(0, now - this.#measuringSince));
  }

  #endMeasuring(at: number): void {
    if (this.#measuringSince !== null) this.#measuredMs += Math.max(0, at - this.#measuringSince);
    this.#measuringSince = null;
  }

  #noteAlwaysOn(id: string): void {
    const cell = this.campaign.cells.find((c) => c.id === id);
    if (cell?.stage === "guest") this.alwaysOn.add(cell.guest);
  }

  #triesOf(cell: string, block: number): Tries {
    const blocks = this.#tries.get(cell) ?? new Map<number, Tries>();
    this.#tries.set(cell, blocks);
    const tries = blocks.get(block) ?? { ...noTries, values: [] };
    blocks.set(block, tries);
    return tries;
  }

  tries(cell: string, block: number): Readonly<Tries> {
    return this.#tries.get(cell)?.get(block) ?? noTries;
  }

  bootsInBlock(block: number): number {
    return this.#bootsInBlock.get(block) ?? 0;
  }

  bootFailures(block: number, guest: string, profile: string): number {
    return this.#bootFailures.get(`${block}|${guest}|${profile}`) ?? 0;
  }

  /** The guest did not come up in this block, retries included. */
  bootLost(block: number, guest: string, profile: string): boolean {
    return this.bootFailures(block, guest, profile) > RETRIES;
  }

  /** Whether the cell still wants a run in this block. */
  wants(cell: Cell, block: number): boolean {
    if (this.stopped.has(cell.id)) return false;
    const tries = this.tries(cell.id, block);
    return !tries.finished && !tries.failed && tries.infrastructureFailures <= RETRIES;
  }

  /** Whether a disturbed run of the cell in this block is to be done again. */
  repeats(cell: string, block: number): boolean {
    return this.tries(cell, block).disturbed < REPEATS;
  }

  /** The block that was begun last is not through with what the cell is judged together with: its baseline, or it is one. */
  blockRuns(cell: Cell): boolean {
    const block = Math.max(-1, ...this.blocks.keys());
    const order = this.blocks.get(block) ?? [];
    const base = this.#baselines.get(cell.id)?.id ?? cell.id;
    const together = this.campaign.cells.filter(
      (other) => other.id === base || this.#baselines.get(other.id)?.id === base,
    );
    return together.some((other) => order.includes(other.id) && this.wants(other, block));
  }

  /** Runs of the cell that gave samples. */
  finishedRuns(cell: string): number {
    return [...(this.#tries.get(cell)?.values() ?? [])].filter((tries) => tries.finished).length;
  }

  /** The primary metric's values, one list per boot (a cell runs once in a block, in one boot). */
  valuesPerBoot(cell: string): number[][] {
    return [...(this.#tries.get(cell)?.values() ?? [])].map((tries) => tries.values).filter((v) => v.length > 0);
  }

  /** Judged between blocks: why the cell needs no further one; null: it goes on. */
  verdict(cell: Cell): StopReason | null {
    const done = this.finishedRuns(cell.id);
    if (cell.stage === "static" && done > 0) return "once";
    const reason = done > 0 ? stopReason(this.seen(cell), this.campaign) : null;
    if (reason === "max-boots" || (reason === "precision" && !this.#neededAsBaseline(cell))) return reason;
    let streak = 0;
    for (const [block, order] of [...this.blocks].reverse()) {
      if (!order.includes(cell.id)) continue;
      if (!this.#lost(cell, block)) break;
      streak++;
    }
    const hopeless = done === 0 && (cell.stage === "static" || this.#bootEverLost(cell));
    if (streak > 0 && hopeless) return "failed";
    return streak >= FAILED_BLOCKS ? "failed" : null;
  }

  /** What the stop rule looks at: the interval of the ratio to the baseline's same measurement, or the cell's own. */
  seen(cell: Cell): Seen {
    const summaries = (id: string) => this.valuesPerBoot(id).map(median);
    const base = this.#baselines.get(cell.id);
    const other = base === undefined ? null : summaries(base.id);
    return lookAt(
      summaries(cell.id),
      other !== null && other.length > 1 ? other : null,
      `${this.campaign.seed}/${cell.id}`,
    );
  }

  /** A ratio can only narrow while both of its sides are measured. */
  #neededAsBaseline(cell: Cell): boolean {
    return this.campaign.cells.some(
      (other) =>
        !this.stopped.has(other.id) && this.#baselines.get(other.id)?.id === cell.id && this.verdict(other) === null,
    );
  }

  /** The cell had its tries in this block, and none gave samples. */
  #lost(cell: Cell, block: number): boolean {
    const tries = this.tries(cell.id, block);
    if (tries.finished) return false;
    return (
      tries.failed ||
      tries.infrastructureFailures > RETRIES ||
      (cell.stage !== "static" && this.bootLost(block, cell.guest, cell.bootProfile))
    );
  }

  #bootEverLost(cell: Cell): boolean {
    return [...this.blocks.keys()].some((block) => this.bootLost(block, cell.guest, cell.bootProfile));
  }
}
