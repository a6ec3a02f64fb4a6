/** What the statistics cost: the bootstrap of one large cell beside SciPy's on the same data, and the report of 1,000,000 samples. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { writeLargeCampaign } from "../../analysis/fixtures/large.ts";
import { bootstrapMedian, RESAMPLES } from "../../analysis/statistics/bootstrap.ts";
import { seededRandom } from "../../analysis/statistics/random.ts";
import { median, ms, type Row } from "./measure.ts";

const TIMES = 5;
const BOOTSTRAP_GOAL_MS = 300;
const REPORT_GOAL_S = 30;
const REPORT_GOAL_MIB = 1024;

/** SciPy knows no levels: it draws 3,000 samples from 3,000, and its time is that of the same number of draws. */
const scipyScript = `
import json, sys, time
import numpy
from scipy import stats
values = numpy.array(json.load(open(sys.argv[1]))).ravel()
for _ in range(int(sys.argv[2])):
    begun = time.perf_counter()
    stats.bootstrap((values,), numpy.median, n_resamples=int(sys.argv[3]), method="percentile", batch=500, random_state=1)
    print((time.perf_counter() - begun) * 1000)
`;

const reportScript = `
const { report } = await import(process.argv[1]);
const begun = performance.now();
await report(process.argv[2]);
console.log(JSON.stringify({ seconds: (performance.now() - begun) / 1000, mebibytes: process.resourceUsage().maxRSS / 1024 }));
`;

/** The median of SciPy's times in milliseconds; null where there is no Python with SciPy. */
async function scipyMs(data: string): Promise<number | null> {
  const { stdout, exitCode } = await execa("python3", ["-c", scipyScript, data, String(TIMES), String(RESAMPLES)], {
    reject: false,
    stderr: "ignore",
  });
  return exitCode === 0 ? median(`${stdout}`.trim().split("\n").map(Number)) : null;
}

async function bootstrapCost(folder: string): Promise<Row> {
  const random = seededRandom("bench");
  const many = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  const cell = many(10, () => many(10, () => many(30, () => 100 + random())));
  const data = join(folder, "cell.json");
  writeFileSync(data, JSON.stringify(cell));
  const times: number[] = [];
  for (let i = 0; i <= TIMES; i++) {
    const begun = performance.now();
    bootstrapMedian([cell], `${i}`, RESAMPLES);
    if (i > 0) times.push(performance.now() - begun);
  }
  const peer = await scipyMs(data);
  return {
    title: "bootstrap, 10 × 10 × 30",
    ours: `${RESAMPLES} resamples ${ms(median(times))}`,
    peer: peer === null ? "SciPy, which python3 here does not have" : `SciPy without levels ${ms(peer)}`,
    result: `${peer === null ? "" : `${(median(times) / peer).toFixed(3)} ×  `}(n = ${TIMES} each)`,
    goal: `≤ ${BOOTSTRAP_GOAL_MS} ms`,
    met: median(times) <= BOOTSTRAP_GOAL_MS,
  };
}

async function reportCost(folder: string): Promise<Row> {
  const campaign = join(folder, "large");
  const size = { guests: 20, workloads: 50, boots: 10, runs: 10, samples: 10 };
  const { cells, skipped } = await writeLargeCampaign(campaign, size);
  const analysis = join(import.meta.dirname, "../../analysis/index.ts");
  const argv = ["--input-type=module", "-e", reportScript, analysis, campaign];
  const { stdout } = await execa(process.execPath, argv);
  const { seconds, mebibytes } = JSON.parse(stdout) as { seconds: number; mebibytes: number };
  return {
    title: "report",
    ours: `${cells.length * size.boots * size.runs * size.samples} samples`,
    peer: `${cells.length} cells, ${skipped.length} skipped`,
    result: `${seconds.toFixed(1)} s, ${Math.round(mebibytes)} MiB`,
    goal: `≤ ${REPORT_GOAL_S} s and ≤ ${REPORT_GOAL_MIB} MiB`,
    met: seconds <= REPORT_GOAL_S && mebibytes <= REPORT_GOAL_MIB,
  };
}

export async function statisticsCost(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "guestbench-bench-"));
  try {
    return [await bootstrapCost(folder), await reportCost(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
