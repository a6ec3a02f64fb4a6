import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openJournal, readJournal } from "./journal.ts";
import type { CampaignEvent } from "./results.ts";
import { measureCampaign } from "./run.ts";
import { type Testbed, testbed } from "./testbed.ts";

const eventsOf = (bed: Testbed) => readJournal(bed.folder.journal).events;
function of<E extends CampaignEvent["event"]>(bed: Testbed, event: E) {
  return eventsOf(bed).filter((e): e is Extract<CampaignEvent, { event: E }> => e.event === event);
}
/** Without the syncs, which only cost time here. */
const unsynced = (path: string) => ({
  append: (event: CampaignEvent) => appendFileSync(path, `${JSON.stringify(event)}\n`),
  close: () => {},
});
const measure = (bed: Testbed) => measureCampaign(bed.campaign, bed.folder, bed.parts, unsynced);
const finished = (bed: Testbed) => of(bed, "run.finished").map((e) => `${e.cell} in ${e.block}`);

describe("going on after a kill", () => {
  test("at every line and in the middle of every line: each cell's runs exactly once, nothing finished is repeated", {
    timeout: 60_000,
  }, async () => {
    const whole = testbed();
    let n = 0;
    whole.value = (_, guest) => (guest === "b.vm" ? 5 : 5 + (n++ % 3));
    await measure(whole);
    const text = readFileSync(whole.folder.journal, "utf8");
    const lines = text.split("\n").slice(0, -1);
    const root = join(whole.folder.path, "..", "cut");
    let cut = 0;
    for (let keep = 1; keep <= lines.length; keep++) {
      for (const torn of [false, true]) {
        const rest = torn ? (lines[keep] ?? "").slice(0, ((lines[keep] ?? "").length * (keep % 5)) / 5) : "";
        const kept = `${lines.slice(0, keep).join("\n")}\n`;
        const dir = join(root, String(cut++));
        mkdirSync(dir, { recursive: true });
        const bed = testbed({ dir });
        writeFileSync(bed.folder.journal, kept + rest);
        const before = readJournal(bed.folder.journal);
        expect(before.events).toHaveLength(keep);
        writeFileSync(bed.folder.journal, kept);
        const at = new Date(bed.parts.clock.now()).toISOString();
        unsynced(bed.folder.journal).append({ event: "campaign.resumed", at, pid: 1 });
        expect(await measure(bed)).toBe("complete");
        expect(readFileSync(bed.folder.journal, "utf8").startsWith(kept)).toBe(true);
        const runs = finished(bed);
        expect(new Set(runs).size, `cut after line ${keep}`).toBe(runs.length);
        for (const cell of bed.campaign.cells) {
          const count = runs.filter((run) => run.startsWith(`${cell.id} in `)).length;
          if (cell.stage === "static") expect(count).toBe(1);
          else expect(count).toBeGreaterThanOrEqual(bed.campaign.minBoots);
          expect(of(bed, "cell.stopped").filter((e) => e.cell === cell.id)).toHaveLength(1);
        }
        for (const { block, order } of of(bed, "block.started"))
          expect(runs.filter((run) => run.endsWith(` in ${block}`))).toHaveLength(order.length);
      }
    }
  });

  test("after an interruption the cells it stopped go on", async () => {
    const bed = testbed();
    bed.value = (_, guest) => {
      if (guest === "a.vm") bed.abort.abort();
      return 5;
    };
    expect(await measure(bed)).toBe("interrupted");
    const journal = openJournal(bed.folder.journal);
    journal.append({ event: "campaign.resumed", at: new Date(bed.parts.clock.now()).toISOString(), pid: 1 });
    journal.close();
    bed.value = () => 5;
    const parts = { ...bed.parts, signal: new AbortController().signal };
    expect(await measureCampaign(bed.campaign, bed.folder, parts)).toBe("complete");
    const last = new Map(of(bed, "cell.stopped").map((e) => [e.cell, e.reason]));
    expect([...last.values()].every((reason) => reason === "precision" || reason === "once")).toBe(true);
  });
});
