/**
 * The stacks whose hosts are emulated, from nothing to nothing: real nested guests on the tap bridge and on Open vSwitch
 * with DPDK, the environment captured, and the same again after a rebuild.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestbench, hostState, journal, latestCampaign } from "./cli.ts";

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await guestbench(...args);
  expect(code, `guestbench ${args.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

async function upIsNoOp(stack: string): Promise<void> {
  expect(JSON.parse(await succeed("up", "--json", "--stack", stack))).toEqual({ same: expect.any(Number) });
}

const dir = mkdtempSync(join(tmpdir(), "gb-env-"));
let before: string;
beforeAll(async () => {
  for (const stack of ["lab-kvm", "lab-xen", "lab-arm64"]) await guestbench("recover", "--stack", stack);
  before = await hostState();
});
afterAll(() => rmSync(dir, { recursive: true }));

const specs = ["nfvrg2016/instantiation", "nfvrg2016/throughput", "nfvrg2016/rtt"];
const boots = ["--min-boots", "1", "--max-boots", "1"];

describe("lab-kvm", () => {
  it("measures nested guests on both of its networks, and leaves nothing", async () => {
    await succeed("run", ...specs, "--stack", "lab-kvm", ...boots);
    const campaign = JSON.parse(readFileSync(join(latestCampaign(), "campaign.json"), "utf8"));
    const finished = journal(latestCampaign()).filter(({ event }) => event === "run.finished");
    expect(finished.map(({ cell }) => cell).toSorted()).toEqual(
      campaign.cells.map(({ id }: { id: string }) => id).toSorted(),
    );
    const guests: Record<string, { accelerator: string; functionalOnly: string; network: string }> = campaign.guests;
    expect(
      Object.values(guests)
        .map(({ network }) => network)
        .toSorted(),
    ).toEqual(["dpdk", "lan"]);
    for (const guest of Object.values(guests))
      expect(guest).toMatchObject({ accelerator: "kvm", functionalOnly: "emulated host, functional only" });
    const teardown = JSON.parse(readFileSync(join(latestCampaign(), "teardown.json"), "utf8"));
    expect(teardown.clean).toBe(true);
    expect(await hostState()).toBe(before);
  });

  it("is the same environment after a rebuild", async () => {
    await succeed("up", "--stack", "lab-kvm");
    await upIsNoOp("lab-kvm");
    const rebuilt = await succeed("env", "capture", "--stack", "lab-kvm");
    const measured = readFileSync(join(latestCampaign(), "environment.json"), "utf8");
    expect(JSON.parse(rebuilt)).toEqual(JSON.parse(measured));
    await succeed("destroy", "--stack", "lab-kvm");
    expect(await hostState()).toBe(before);
  });
});

describe("lab-arm64", () => {
  it("boots a nested guest under KVM/ARM that answers, and leaves nothing", async () => {
    await succeed("run", "nfvrg2016/instantiation", "--stack", "lab-arm64", ...boots);
    const finished = journal(latestCampaign()).filter(({ event }) => event === "run.finished");
    expect(finished).toHaveLength(1);
    const campaign = JSON.parse(readFileSync(join(latestCampaign(), "campaign.json"), "utf8"));
    expect(Object.values(campaign.guests)).toMatchObject([{ architecture: "arm64", accelerator: "kvm" }]);
    expect(await hostState()).toBe(before);
  });
});

describe("lab-xen", () => {
  it("measures guests of Xen, paravirtualized and in hardware, and leaves nothing", async () => {
    await succeed("run", "nfvrg2016/instantiation", "nfvrg2016/memory", "--stack", "lab-xen", ...boots);
    const campaign = JSON.parse(readFileSync(join(latestCampaign(), "campaign.json"), "utf8"));
    const finished = journal(latestCampaign()).filter(({ event }) => event === "run.finished");
    expect(finished.map(({ cell }) => cell).toSorted()).toEqual(
      campaign.cells.map(({ id }: { id: string }) => id).toSorted(),
    );
    const guests: { platform: string; accelerator: string; settings: Record<string, string> }[] = Object.values(
      campaign.guests,
    );
    const xen = guests.filter(({ platform }) => platform === "xen");
    expect(xen.map(({ settings }) => settings["guest type"]).toSorted()).toEqual(["PV", "PV", "PVH"]);
    for (const guest of xen)
      expect(guest).toMatchObject({ accelerator: "xen", functionalOnly: "emulated host, functional only" });
    expect(JSON.parse(readFileSync(join(latestCampaign(), "teardown.json"), "utf8")).clean).toBe(true);
    expect(await hostState()).toBe(before);
  });

  it("reaches the control domain, and knows what hypervisor it is under", async () => {
    await succeed("up", "--stack", "lab-xen");
    await upIsNoOp("lab-xen");
    const environment = JSON.parse(await succeed("env", "capture", "--stack", "lab-xen"));
    expect(environment.tools.versions.xen).toMatch(/^4\.17/);
    expect(JSON.stringify(environment.kernel)).toContain("dom0_mem=768M");
    await succeed("destroy", "--stack", "lab-xen");
    expect(await hostState()).toBe(before);
  });
});
