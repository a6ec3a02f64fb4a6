/** What the loop needs from outside, all of it replaceable: power, readiness, workloads, clock, journal, and a way to stop. */
import { setImmediate as turn } from "node:timers/promises";
import type { Boot, Handle, Outputs } from "../../infra/outputs.ts";
import type { Workload, WorkloadContext } from "../workloads/workload.ts";
import type { CampaignFolder } from "./folder.ts";
import type { Journal } from "./journal.ts";
import type { Power } from "./power.ts";
import type { Campaign, CampaignEvent, Cell } from "./results.ts";
import type { CampaignState } from "./state.ts";
import type { Watch } from "./surroundings.ts";

export interface Clock {
  /** Milliseconds since 1970, never going back within a process. */
  now(): number;
}

export const systemClock: Clock = { now: () => performance.timeOrigin + performance.now() };

interface ContextRequest {
  handle: Handle;
  boot: Boot | null;
  cell: Cell;
  /** Where this run's tool output goes; made on first use. */
  rawDir: string;
  signal: AbortSignal;
}

/** Parts that differ between a real campaign and a test. */
export interface Parts {
  outputs: Outputs;
  power: Power;
  /** Resolves when the guest is ready; an InfraError at its deadline. */
  ready(handle: Handle, boot: Boot | null, signal: AbortSignal): Promise<void>;
  /** Everything a workload may touch, `start` apart; `close` ends what it left running. */
  context(request: ContextRequest): WorkloadContext & { close(): Promise<void> };
  findWorkload(name: string): Workload;
  /** Looks at the host while a run lasts; missing: nobody looks. */
  watch?(boot: Boot | null): Promise<Watch>;
  /** The end of a guest's console. */
  readConsole(path: string): Promise<string>;
  clock: Clock;
  signal: AbortSignal;
  /** Told of every event, after it is on the disk. */
  onEvent?(event: CampaignEvent, state: CampaignState): void;
  /** Keeps how long something took, for later estimates; key without the stack's name. */
  remember?(key: string, durationMs: number): void;
}

type Undated<E> = E extends CampaignEvent ? Omit<E, "at"> : never;
export type NewEvent = Undated<CampaignEvent>;

export interface Engine extends Parts {
  campaign: Campaign;
  folder: CampaignFolder;
  state: CampaignState;
  record(event: NewEvent): void;
  remember(key: string, durationMs: number): void;
  overBudget(): boolean;
  /** Aborted or over budget: begin nothing new. */
  mustStop(): boolean;
  /** Lets a signal that arrived together with a failure be seen: Ctrl-C reaches child processes, too. */
  settle(): Promise<void>;
}

export function createEngine(
  parts: Parts,
  campaign: Campaign,
  folder: CampaignFolder,
  journal: Journal,
  state: CampaignState,
): Engine {
  const overBudget = () => campaign.budgetMs !== null && state.measuredMs(parts.clock.now()) >= campaign.budgetMs;
  return {
    ...parts,
    campaign,
    folder,
    state,
    record(event) {
      const dated = { at: new Date(parts.clock.now()).toISOString(), ...event } as CampaignEvent;
      journal.append(dated);
      state.apply(dated);
      parts.onEvent?.(dated, state);
    },
    remember: (key, durationMs) => parts.remember?.(key, durationMs),
    overBudget,
    mustStop: () => parts.signal.aborted || overBudget(),
    async settle() {
      await turn();
      await turn();
    },
  };
}
