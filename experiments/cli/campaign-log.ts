/** What the command line itself writes into a campaign's journal: begin, steps, end. */
import { existsSync } from "node:fs";
import type { NewEvent } from "../campaign/engine.ts";
import { messageOf } from "../campaign/evidence.ts";
import type { CampaignFolder } from "../campaign/folder.ts";
import { openJournal, readJournal } from "../campaign/journal.ts";
import type { CampaignEvent } from "../campaign/results.ts";

export class CampaignLog {
  readonly #folder: CampaignFolder;
  readonly #now: () => number;
  readonly #resumed: boolean;

  private constructor(folder: CampaignFolder, now: () => number, resumed: boolean) {
    this.#folder = folder;
    this.#now = now;
    this.#resumed = resumed;
  }

  /** Cuts off a last line that a kill left torn. */
  static open(folder: CampaignFolder, now: () => number, resumed: boolean): CampaignLog {
    const bytes = existsSync(folder.journal) ? readJournal(folder.journal).bytes : 0;
    openJournal(folder.journal, bytes).close();
    return new CampaignLog(folder, now, resumed);
  }

  #append(event: NewEvent): void {
    const journal = openJournal(this.#folder.journal);
    try {
      journal.append({ at: new Date(this.#now()).toISOString(), ...event } as CampaignEvent);
    } finally {
      journal.close();
    }
  }

  begin(pid: number): void {
    this.#append({ event: this.#resumed ? "campaign.resumed" : "campaign.started", pid });
  }

  /** A step's end is recorded whichever way it goes. */
  async step<T>(step: string, body: () => Promise<T>, onDone: (durationMs: number) => void): Promise<T> {
    const begun = this.#now();
    const finish = (ok: boolean, detail: string | null) =>
      this.#append({ event: "step.finished", step, durationMs: this.#now() - begun, ok, detail });
    // a full disk must not keep the testbed from being taken down
    const quietly = (write: () => void) => {
      try {
        write();
      } catch {}
    };
    quietly(() => this.#append({ event: "step.started", step }));
    try {
      const result = await body();
      onDone(this.#now() - begun);
      quietly(() => finish(true, null));
      return result;
    } catch (error) {
      quietly(() => finish(false, messageOf(error).slice(0, 2000)));
      throw error;
    }
  }

  finish(outcome: "complete" | "interrupted" | "failed", error: string | null): void {
    this.#append({ event: "campaign.finished", outcome, error });
  }
}
