import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writePublishedCampaign } from "../fixtures/published-campaign.ts";
import { compareCampaigns } from "./index.ts";

let root: string;
let n = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "guestbench-compare-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const folder = async (options: Parameters<typeof writePublishedCampaign>[2] = {}) => {
  const path = join(root, `${n++}`);
  await writePublishedCampaign(path, "nfvrg2016", options);
  return path;
};
const find = (cells: Awaited<ReturnType<typeof compareCampaigns>>["cells"], guest: string, label: string) =>
  cells.find((cell) => cell.guest === guest && cell.label === label);

describe("two campaigns", () => {
  it("show what is worse and better, by the direction of each metric, and the rest as no difference", async () => {
    const changed = await folder({
      factor: ({ guest, workload, label }) => {
        if (guest === "osv.kvm" && workload === "rtt") return 1.1;
        if (guest === "osv.kvm" && label === "iperf3 tx") return 0.96;
        return guest === "container" && workload === "image-size"
          ? 0.5
          : guest === "container" && label === "iperf3 rx"
            ? 1.2
            : 1;
      },
    });
    const { cells, regressions, text } = await compareCampaigns(await folder(), changed);
    expect(cells).toHaveLength(42);
    expect(find(cells, "osv.kvm", "rtt")).toMatchObject({ change: "worse", before: expect.closeTo(9, 0) });
    expect(find(cells, "osv.kvm", "iperf3 tx")?.change).toBe("worse");
    expect(find(cells, "container", "iperf3 rx")?.change).toBe("better");
    expect(find(cells, "container", "image-size")).toMatchObject({ change: "better", ratio: 0.5 });
    expect(find(cells, "minios.xen", "image-size")).toMatchObject({ change: "same", ratio: 1 });
    expect(cells.filter(({ change }) => change === "no difference shown")).toHaveLength(42 - 7 - 3);
    const found = (threshold: number) => regressions(threshold).map(({ label }) => label);
    expect(found(0.05)).toEqual(["rtt"]);
    expect(found(0.03).sort()).toEqual(["iperf3 tx", "rtt"]);
    expect(found(0.2)).toEqual([]);
    expect(text.split("\n")[0]).toBe("42 cells: 2 worse, 2 better, 6 same, 32 no difference shown");
    expect(text.split("\n")[3]).toMatch(
      /^worse +osv\.kvm +nfvrg2016\/rtt: rtt, ms +9\.\d+ +9\.\d+ +1\.10 \[1\.\d+, 1\.\d+\]$/,
    );
  });

  it("are not compared where sizes were cut, and say what only one of them has", async () => {
    const quick = await compareCampaigns(await folder(), await folder({ quick: true }));
    expect(find(quick.cells, "container", "rtt")).toMatchObject({
      change: "not compared",
      note: "quick pass: sizes were cut",
    });
    expect(find(quick.cells, "container", "image-size")?.change).toBe("same");
    const few = await compareCampaigns(await folder(), await folder({ boots: 3 }));
    expect(find(few.cells, "container", "rtt")).toMatchObject({
      change: "no difference shown",
      note: expect.stringMatching(/^3 boots: too few for 35 cells \(7 are needed\)/),
    });
    const other = join(root, "other");
    await writePublishedCampaign(other, "mavridis2019");
    const { cells, regressions } = await compareCampaigns(await folder(), other);
    expect(cells.every(({ change }) => change === "not compared")).toBe(true);
    expect(new Set(cells.map(({ note }) => note))).toEqual(new Set(["only in the first", "only in the second"]));
    expect(regressions(0)).toEqual([]);
  });

  it("differ by nothing that an A/A campaign on the stack found to be noise", async () => {
    const [a, b] = [await folder(), await folder({ factor: ({ workload }) => (workload === "rtt" ? 1.1 : 1) })];
    const change = async () => find((await compareCampaigns(a, b)).cells, "container", "rtt");
    expect((await change())?.change).toBe("worse");
    const entry = { guest: "container", label: "rtt", campaign: "c", environmentHash: "0", boots: 10, ratio: 1 };
    const found = { ...entry, interval: { low: 0.9, high: 1.1 }, noiseFloor: 0.12, detectable: 0.15 };
    const noise = { schemaVersion: 1, stack: "synthetic", workloads: [found] };
    await writeFile(join(root, "noise-synthetic.json"), JSON.stringify(noise));
    expect(await change()).toMatchObject({
      change: "no difference shown",
      note: "below the least effect an A/A campaign found detectable, 15.0 %",
    });
    await rm(join(root, "noise-synthetic.json"));
  });

  it("that are alike show no difference, whatever the scatter", async () => {
    let differing = 0;
    for (let i = 0; i < 5; i++) {
      const [a, b] = [i, i + 100].map((shift) => ({ boots: 8, seed: `alike ${shift}` }));
      const { cells } = await compareCampaigns(await folder(a), await folder(b));
      if (cells.some(({ change }) => change === "worse" || change === "better")) differing++;
    }
    expect(differing).toBe(0);
  });
});
