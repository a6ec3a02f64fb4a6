import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeFixtureCampaign } from "./fixtures/campaign.ts";
import { loadCampaign } from "./load.ts";
import { summarize } from "./summarize.ts";
import { terminalTable } from "./terminal.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guestbench-analysis-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function tableOf(blocks = 6) {
  await writeFixtureCampaign(folder, { blocks });
  const summary = summarize(await loadCampaign(folder));
  return { summary, table: terminalTable(summary) };
}

it("fits 100 columns, with guests across and workloads down", async () => {
  const { table } = await tableOf();
  const lines = table.split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.find((line) => line.includes("standardvm.kvm †"))).toMatch(
    /host +docker +standardvm\.kvm † +tinyx\.kvm †/,
  );
  expect(lines.find((line) => line.startsWith("iperf3 Tx, Gbit/s"))).toMatch(/31\.6 ±\d/);
  expect(lines.find((line) => line.startsWith("instantiation, ms"))).toMatch(/, ms +– +411 ±16 /);
});

it("says what its signs mean", async () => {
  const { table } = await tableOf(2);
  expect(table).toMatch(/^† {2}functional only, not a measurement of cost: standardvm\.kvm, tinyx\.kvm/m);
  expect(table).toContain(
    "–  skipped, host: nothing boots: this guest is always on (instantiation, image size, memory)",
  );
  expect(table).toContain("rough");
});

it("goes on in a second part where the guests do not fit, and shows cells without a value", async () => {
  const { summary } = await tableOf();
  const guests = Array.from({ length: 9 }, (_, i) => ({
    ...(summary.guests[1] as (typeof summary.guests)[number]),
    name: `guest-number-${i}`,
  }));
  const cells = guests.map((guest, i) => ({
    ...(summary.cells[1] as (typeof summary.cells)[number]),
    id: guest.name,
    guest: guest.name,
    ...(i === 8 ? { median: null, interval: null, failures: 3 } : {}),
  }));
  const table = terminalTable({ ...summary, guests, cells, skipped: [] });
  for (const guest of guests) expect(table).toContain(guest.name);
  expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(table).toMatch(/guest-number-8, .* \(failed 3 times\)/);
});
