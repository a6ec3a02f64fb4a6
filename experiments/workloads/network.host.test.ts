/** iperf3 and ping for real, against a network namespace as the guest. Needs root, iperf3 and ping. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Handle } from "../../infra/outputs.ts";
import { createContext } from "../access/runner.ts";
import iperf3 from "./iperf3.ts";
import { testbed } from "./lib/testbed.ts";
import rtt from "./rtt.ts";
import type { GuestWorkload, Parameters, Workload } from "./workload.ts";

const bed = testbed("n");

describe.runIf(process.getuid?.() === 0)("the network workloads in namespaces", () => {
  beforeAll(async () => {
    await bed.make();
    await bed.addAddress();
  });
  afterAll(bed.remove);

  async function run(
    workload: Workload,
    parameters: Parameters,
    overrides: Partial<Handle> = {},
    signal?: AbortSignal,
  ) {
    const raw = new Map<string, string>();
    const context = createContext({
      ...{
        stack: "test",
        campaign: "gbwl",
        guest: bed.handle(overrides),
        network: bed.network,
        boot: null,
        parameters,
      },
      saveRaw: async (name, content) => void raw.set(name, content),
      signal: signal ?? new AbortController().signal,
    });
    try {
      return { raw, samples: await (workload as GuestWorkload).run(context) };
    } finally {
      await context.close();
    }
  }
  const pidsIn = (namespace: string) => execFileSync("ip", ["netns", "pids", namespace], { encoding: "utf8" });

  it.each(["tx", "rx"])("measures iperf3 %s and leaves no server behind", { timeout: 15_000 }, async (direction) => {
    const { samples, raw } = await run(iperf3, { direction, seconds: 1 });
    expect(samples[0]?.value).toBeGreaterThan(0.1);
    const reverse = JSON.parse(raw.get("iperf3.json") ?? "").start.test_start.reverse;
    expect(reverse).toBe(direction === "tx" ? 1 : 0);
    expect(raw.get("iperf3-server.txt")).toContain("Server listening on 5201");
    expect(pidsIn(bed.guest)).toBe("");
  });

  it("leaves no server behind when the test is interrupted or the guest's address is wrong", {
    timeout: 15_000,
  }, async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("Ctrl-C")), 700);
    await expect(run(iperf3, { direction: "rx", seconds: 5 }, {}, controller.signal)).rejects.toThrow(/interrupted/);
    expect(pidsIn(bed.guest)).toBe("");
    expect(pidsIn(bed.client)).toBe("");
    const access = { type: "exec" as const, argv: ["sh", "-c", "exit 1"] };
    await expect(run(iperf3, { direction: "rx", seconds: 1 }, { access })).rejects.toThrow(/ended \(exit code 1\)/);
  });

  it("measures the round-trip time, and fails where nobody answers", { timeout: 15_000 }, async () => {
    const { samples } = await run(rtt, { packets: 1000 });
    expect(samples[0]?.value).toBeGreaterThan(0);
    expect(samples[0]?.value).toBeLessThan(10);
    expect(samples[0]?.metadata.received).toBe(1000);
    await expect(run(rtt, { packets: 10 }, { address: "198.18.1.77" })).rejects.toThrow(/none of 10 packets/);
  });
});
