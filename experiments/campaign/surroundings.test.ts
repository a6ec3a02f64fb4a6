import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ParseError } from "../../infra/errors.ts";
import { beyond, lookScript, parseLook, surroundingsOf, watchHost } from "./surroundings.ts";

const look = (at: number, extra: readonly string[] = []) =>
  parseLook(
    [`cpu ${2 * at * 100} ${at * 4}`, `intr ${at * 500}`, `uptime ${at}`, "hertz 100", ...extra, ""].join("\n"),
  );

describe("surroundingsOf", () => {
  it("tells what counts up over the whole time, and what is read off at every look", () => {
    const seen = surroundingsOf([
      look(10, ["khz 3000000", "khz 2000000", "millicelsius 40000", "throttle 3", "process 7 100", "process 8 50"]),
      look(15, ["khz 2000000", "khz 2000000", "millicelsius 71000", "throttle 4", "process 7 150"]),
      look(20, ["khz 3000000", "khz 2000000", "millicelsius 50000", "throttle 5", "process 7 400", "process 9 999"]),
    ]);
    expect(seen).toEqual({
      // means of a look: 2500, 2000, 2500
      frequencyMHz: 2333.33,
      frequencyDropPercent: 20,
      temperatureC: 71,
      // 40 of 2000 ticks
      stealPercent: 2,
      interruptsPerSecond: 500,
      throttled: 2,
      // 300 ticks of process 7 in 10 s; 8 ended, 9 was not there before
      otherLoadPercent: 30,
    });
  });

  it("is silent about what the host does not tell, and without two looks apart", () => {
    const unknown = { frequencyMHz: null, frequencyDropPercent: null, temperatureC: null, throttled: null };
    expect(surroundingsOf([look(1), look(2)])).toMatchObject(unknown);
    expect(surroundingsOf([look(1)])).toBeNull();
    expect(surroundingsOf([look(1), look(1)])).toBeNull();
    expect(surroundingsOf([])).toBeNull();
  });

  it("refuses what is no look", () => {
    for (const text of ["", "sh: not found", "cpu x y\n", "cpu 1 2\nintr 3\nuptime 4\n"])
      expect(() => parseLook(text)).toThrow(ParseError);
  });
});

it("names every limit that was passed; what is not known passes none", () => {
  const seen = surroundingsOf([look(10, ["process 7 0"]), look(20, ["process 7 900"])]);
  if (seen === null) throw new Error("nothing seen");
  const limits = { stealPercent: 1, otherLoadPercent: 50, temperatureC: 1, throttled: 0, interruptsPerSecond: 500 };
  expect(beyond(seen, limits)).toEqual(["steal 2 %, limit 1", "other load 90 % of a processor, limit 50"]);
  expect(beyond(seen, {})).toEqual([]);
});

it("is what a real shell prints, without the stack's own processes and those below the guest's", () => {
  const script = `sleep 30 & guest=$!; GUESTBENCH_STACK=x sleep 30 & own=$!; sleep 30 & other=$!
    sh -c "$1" look $guest; kill $guest $own $other; echo "pids $guest $own $other"`;
  const text = execFileSync("sh", ["-c", script, "test", lookScript], { encoding: "utf8" });
  const [guest, own, other] = (/pids (\d+) (\d+) (\d+)/.exec(text) ?? []).slice(1).map(Number);
  const seen = parseLook(text);
  expect(seen.all).toBeGreaterThan(0);
  expect(seen.interrupts).toBeGreaterThan(0);
  const known = [guest, own, other].map((pid) => seen.processes.has(pid as number));
  expect(known).toEqual([false, false, true]);
});

it("keeps looking while a run lasts, and does without looks that fail", async () => {
  let at = 0;
  const watch = await watchHost(async () => {
    at++;
    if (at === 2) throw new Error("the host is busy");
    return look(at);
  }, 5);
  while (at < 4) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(await watch.end()).toMatchObject({ interruptsPerSecond: 500 });
  const after = at;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(at).toBe(after);
  const blind = await watchHost(() => Promise.reject(new Error("nothing")));
  expect(await blind.end()).toBeNull();
});
