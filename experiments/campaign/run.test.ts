import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InfraError, WorkloadError } from "../../infra/errors.ts";
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
const reasons = (bed: Testbed) => new Set(of(bed, "cell.stopped").map((e) => e.reason));

describe("a campaign without trouble", () => {
  test("one boot serves a guest's cells of a block, one guest has power at a time, the boot itself is measured", async () => {
    const bed = testbed();
    expect(await measure(bed)).toBe("complete");
    expect(bed.on.size).toBe(0);
    expect(bed.log.filter((line) => line.startsWith("start")).every((line) => line.endsWith("(1 on)"))).toBe(true);
    expect(of(bed, "boot.started").filter((e) => e.block === 0)).toHaveLength(2);
    for (const boot of of(bed, "boot.started")) {
      const runs = of(bed, "run.finished").filter((e) => e.boot === boot.boot);
      expect(runs.map((e) => e.cell.split("|")[2]).sort()).toEqual(["start", "work?size=1", "work?size=2"]);
      expect(runs[0]?.cell).toContain("|start");
    }
    expect(new Set(finished(bed)).size).toBe(finished(bed).length);
  });

  test("stops at the minimum where values agree, static cells after once", async () => {
    const bed = testbed({ minBoots: 3 });
    await measure(bed);
    expect(reasons(bed)).toEqual(new Set(["precision", "once"]));
    const perCell = bed.campaign.cells.map((c) => [
      c.stage,
      finished(bed).filter((f) => f.startsWith(`${c.id} `)).length,
    ]);
    for (const [stage, count] of perCell) expect(count).toBe(stage === "static" ? 1 : 3);
  });

  test("goes on to the cap where values scatter; a boot without cells left is not made", async () => {
    const bed = testbed();
    let n = 0;
    bed.value = (_, guest) => (guest === "a.vm" ? ++n * 10 : 5);
    await measure(bed);
    const boots = of(bed, "boot.started");
    expect(boots.filter((e) => e.guest === "a.vm")).toHaveLength(4);
    expect(boots.filter((e) => e.guest === "b.vm")).toHaveLength(2);
    expect(reasons(bed)).toEqual(new Set(["precision", "max-boots", "once"]));
  });

  test("the budget ends the campaign in the middle of a block, with that reason, and powers off", async () => {
    const bed = testbed({ minBoots: 50, maxBoots: 50, budgetMs: 30_000 });
    expect(await measure(bed)).toBe("complete");
    expect(reasons(bed)).toEqual(new Set(["budget", "once"]));
    expect(bed.on.size).toBe(0);
    expect(finished(bed).length).toBeGreaterThan(10);
    expect(finished(bed).length).toBeLessThan(40);
  });

  test("a guest that already has power is powered off before another boots", async () => {
    const bed = testbed();
    bed.on.add("b.vm");
    await measure(bed);
    expect(bed.log[bed.log.findIndex((line) => line.includes("b.vm") && !line.startsWith("run size"))]).toBe(
      "stop b.vm",
    );
    expect(bed.log.filter((line) => line.startsWith("start")).every((line) => line.endsWith("(1 on)"))).toBe(true);
  });
});

describe("failures", () => {
  test("a failed boot is tried again and recorded; samples are complete all the same", async () => {
    const bed = testbed();
    let failures = 2;
    bed.onReady = (guest) => {
      if (guest === "a.vm" && failures-- > 0) throw new InfraError("no reply");
    };
    await measure(bed);
    expect(of(bed, "boot.failed").map((e) => [e.boot, e.error])).toEqual([
      [expect.any(String), "no reply"],
      [expect.any(String), "no reply"],
    ]);
    const attempts = of(bed, "boot.started").filter((e) => e.guest === "a.vm" && e.block === 0);
    expect(attempts.map((e) => e.attempt)).toEqual([1, 2, 3]);
    expect(new Set(attempts.map((e) => e.boot)).size).toBe(3);
    expect(of(bed, "run.finished").filter((e) => e.cell.startsWith("a.vm") && e.block === 0)).toHaveLength(4);
  });

  test("a guest that never boots is given up after three tries; the others go on", async () => {
    const bed = testbed();
    bed.onStart = (guest) => {
      if (guest === "a.vm") throw new InfraError("no such domain");
    };
    expect(await measure(bed)).toBe("complete");
    expect(of(bed, "boot.failed")).toHaveLength(3);
    const given = of(bed, "cell.stopped").filter((e) => e.reason === "failed");
    expect(given.map((e) => e.cell.split("|")[0])).toEqual(["a.vm", "a.vm", "a.vm"]);
    expect(of(bed, "run.finished").filter((e) => e.cell.startsWith("b.vm|test/all|work"))).toHaveLength(4);
  });

  test("a failed measurement is recorded as failed, is no sample, and is not repeated in its block", async () => {
    const bed = testbed();
    bed.value = (name, guest) =>
      name === "work" && guest === "a.vm" ? new WorkloadError("crash", { cause: new Error("why") }) : 5;
    await measure(bed);
    const failed = of(bed, "run.failed");
    expect(failed).toHaveLength(6);
    expect(failed.every((e) => e.class === "measurement" && e.attempt === 1 && e.error === "crash: why")).toBe(true);
    expect(new Set(failed.map((e) => `${e.cell} ${e.block}`)).size).toBe(6);
    expect(of(bed, "run.finished").some((e) => e.cell.startsWith("a.vm|test/all|work"))).toBe(false);
    expect(of(bed, "cell.stopped").filter((e) => e.reason === "failed")).toHaveLength(2);
  });

  test("samples without the primary metric, or that are no numbers, are a failed measurement", async () => {
    const bed = testbed();
    bed.value = (name) => (name === "start" ? Number.NaN : 5);
    await measure(bed);
    expect(of(bed, "run.failed").length).toBeGreaterThan(0);
    expect(of(bed, "run.failed").every((e) => e.class === "measurement" && e.cell.includes("|start"))).toBe(true);
  });

  test("a guest that dies in a run: the run counts as infrastructure, a new boot repeats it", async () => {
    const bed = testbed();
    let deaths = 1;
    bed.value = (name, guest) => {
      if (name === "work" && guest === "a.vm" && deaths-- > 0) {
        bed.on.delete("a.vm");
        return new WorkloadError("connection closed");
      }
      return 5;
    };
    await measure(bed);
    expect(of(bed, "run.failed").map((e) => [e.class, e.error])).toEqual([
      ["infrastructure", "the guest lost its power: connection closed"],
    ]);
    expect(of(bed, "boot.started").filter((e) => e.guest === "a.vm" && e.block === 0)).toHaveLength(2);
    expect(of(bed, "run.finished").filter((e) => e.cell.startsWith("a.vm") && e.block === 0)).toHaveLength(4);
  });

  test("an infrastructure failure of a run is tried again twice, then the block goes on without it", async () => {
    const bed = testbed({ minBoots: 1, maxBoots: 1 });
    bed.value = (name, guest) => (name === "work" && guest === "host" ? new InfraError("daemon gone") : 5);
    await measure(bed);
    const failed = of(bed, "run.failed").filter((e) => e.block === 0);
    expect(failed.map((e) => e.attempt).sort()).toEqual([1, 1, 2, 2, 3, 3]);
    expect(failed.every((e) => e.class === "infrastructure")).toBe(true);
  });

  test("an always-on guest that is not ready fails its own cells only", async () => {
    const bed = testbed({ minBoots: 1, maxBoots: 1 });
    bed.onReady = (guest) => {
      if (guest === "host") throw new InfraError("no shell");
    };
    expect(await measure(bed)).toBe("complete");
    expect(of(bed, "run.failed").every((e) => e.cell.startsWith("host|") && e.error === "no shell")).toBe(true);
    expect(of(bed, "run.finished").filter((e) => e.cell.includes("vm"))).toHaveLength(8);
  });

  test("a full disk ends the campaign with a clear error and keeps what was finished", async () => {
    const bed = testbed();
    let lines = 0;
    const open = (path: string) => {
      const journal = openJournal(path);
      return {
        ...journal,
        append(event: CampaignEvent) {
          if (++lines > 20) throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
          journal.append(event);
        },
      };
    };
    await expect(measureCampaign(bed.campaign, bed.folder, bed.parts, open)).rejects.toThrow("ENOSPC");
    expect(eventsOf(bed)).toHaveLength(21);
    bed.on.clear();
    expect(await measure(bed)).toBe("complete");
    expect(new Set(finished(bed)).size).toBe(finished(bed).length);
  });
});

describe("an abort", () => {
  test("in the middle of a run cuts the power at once and records neither sample nor failure", async () => {
    const bed = testbed();
    bed.value = (name, guest) => {
      if (name !== "work" || guest !== "a.vm") return 5;
      bed.abort.abort(new Error("SIGINT"));
      return new WorkloadError("killed by SIGINT");
    };
    expect(await measure(bed)).toBe("interrupted");
    expect(bed.on.size).toBe(0);
    expect(bed.log.at(-1)).toBe("kill a.vm");
    expect(of(bed, "run.failed")).toEqual([]);
    expect(of(bed, "boot.ended").at(-1)?.how).toBe("killed");
    expect(reasons(bed)).toEqual(new Set(["interrupted"]));
  });

  test("while a guest gets ready cuts the power as well", async () => {
    const bed = testbed();
    bed.onReady = (guest) => {
      if (guest === "host") return;
      bed.abort.abort();
      throw new Error("aborted");
    };
    expect(await measure(bed)).toBe("interrupted");
    expect(bed.on.size).toBe(0);
    expect(of(bed, "boot.failed")).toEqual([]);
  });
});

describe("measuring well", () => {
  const quiet = { frequencyMHz: null, frequencyDropPercent: null, temperatureC: null, stealPercent: 0 };
  const calm = { ...quiet, interruptsPerSecond: 10, throttled: null, otherLoadPercent: 0 };

  test("a cell goes on while the ratio to the baseline is wide, and so does the baseline for its sake", async () => {
    const bed = testbed({ maxBoots: 6 });
    let n = 0;
    // the guests agree with themselves; the baseline's own work of size 1 wanders
    bed.value = (name, guest) => (name === "work" && guest === "host" ? 5 + (n++ % 4) : 5);
    await measure(bed);
    const stopped = of(bed, "cell.stopped").filter((e) => e.cell.includes("|work?size=1"));
    expect(stopped.map((e) => e.reason)).toEqual(["max-boots", "max-boots", "max-boots"]);
    const vm = stopped.find((e) => e.cell.startsWith("a.vm"));
    expect(vm?.rule).toMatchObject({ interval: "ratio to baseline", boots: 6 });
    expect(vm?.rule?.relativeHalfWidth).toBeGreaterThan(0.05);
    // nothing to compare a boot of the guest with: bare metal does not boot
    const start = of(bed, "cell.stopped").find((e) => e.cell === "a.vm|test/all|start");
    expect(start).toMatchObject({ reason: "precision", rule: { interval: "median", relativeHalfWidth: 0, boots: 2 } });
  });

  test("the baseline is measured on while a guest's ratio is wide, though its own interval is narrow", async () => {
    const bed = testbed({ maxBoots: 5 });
    let n = 0;
    bed.value = (name, guest) => (name === "work" && guest === "a.vm" ? 5 + (n++ % 4) : 5);
    await measure(bed);
    const count = (cell: string) => finished(bed).filter((run) => run.startsWith(cell)).length;
    expect(count("a.vm|test/all|work?size=1")).toBe(5);
    expect(count("host|test/all|work?size=1")).toBe(5);
    expect(count("b.vm|test/all|work?size=1")).toBe(2);
  });

  test("warm-up runs come first in every boot, are marked, and count for nothing", async () => {
    const bed = testbed({ warmUpRuns: 2 });
    const values: number[] = [];
    bed.value = (name) => {
      if (name === "work") values.push(values.length);
      return 5;
    };
    await measure(bed);
    const runs = of(bed, "run.finished").filter((e) => e.cell.includes("work"));
    const warm = of(bed, "run.warmed-up");
    expect(warm).toHaveLength(2 * runs.length);
    for (const run of runs) {
      const before = warm.filter((e) => e.cell === run.cell && e.block === run.block);
      expect(before.map((e) => e.run)).toEqual([`${run.run}.w1`, `${run.run}.w2`]);
      expect(before.every((e) => e.boot === run.boot && e.at <= run.at)).toBe(true);
      expect(run.attempt).toBe(1);
    }
    expect(of(bed, "run.warmed-up").some((e) => e.cell.includes("start"))).toBe(false);
  });

  test("a disturbed run is marked and done again, at most twice; the last one counts and stays marked", async () => {
    const bed = testbed();
    bed.parts.outputs.host.limits = { stealPercent: 1 };
    let looks = 0;
    bed.surroundings = () => ({ ...calm, stealPercent: ++looks === 1 ? 7 : 0.5 });
    await measure(bed);
    const [spoilt, ...others] = of(bed, "run.finished").filter((e) => e.disturbed);
    expect(others).toEqual([]);
    expect(spoilt?.disturbed).toEqual({ reasons: ["steal 7 %, limit 1"], repeated: true });
    const again = of(bed, "run.finished").find((e) => e.cell === spoilt?.cell && e.attempt === 2);
    expect(again).toMatchObject({ block: spoilt?.block, surroundings: { stealPercent: 0.5 } });

    const never = testbed({ maxBoots: 2 });
    never.parts.outputs.host.limits = { otherLoadPercent: 10 };
    never.surroundings = () => ({ ...calm, otherLoadPercent: 80 });
    expect(await measure(never)).toBe("complete");
    const inBlock = of(never, "run.finished").filter((e) => e.block === 0 && e.cell === "host|test/all|work?size=1");
    expect(inBlock.map((e) => e.disturbed?.repeated)).toEqual([true, true, false]);
    expect(reasons(never)).toEqual(new Set(["precision", "once"]));
  });

  test("without limits nothing is disturbed, and what was seen is kept", async () => {
    const bed = testbed();
    bed.surroundings = () => ({ ...calm, otherLoadPercent: 80 });
    await measure(bed);
    const runs = of(bed, "run.finished");
    expect(runs.some((e) => e.disturbed)).toBe(false);
    expect(runs.every((e) => (e.surroundings === undefined) === e.cell.endsWith("size"))).toBe(true);
  });
});
