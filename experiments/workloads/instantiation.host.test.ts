/** Proves the prober against a network namespace whose address comes up at a known moment. Needs root, hping3 and tcpdump. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InfraError } from "../../infra/errors.ts";
import type { Boot, Handle } from "../../infra/outputs.ts";
import { runtimeDir } from "../../infra/toolchain/paths.ts";
import { createBootContext } from "../access/runner.ts";
import instantiation from "./instantiation.ts";
import { addressTimes, testbed } from "./lib/testbed.ts";
import type { BootWorkload } from "./workload.ts";

const bed = testbed("i");
const stack = `hosttest-${process.pid}`;

const quietly = (argv: string[]) => {
  try {
    execFileSync(argv[0] ?? "", argv.slice(1), { stdio: "ignore" });
  } catch {
    // Already off.
  }
};

describe.runIf(process.getuid?.() === 0)("instantiation of a namespace", () => {
  let folder: string;
  const scratch = runtimeDir(stack);
  beforeAll(bed.make);
  afterAll(() => rm(scratch, { recursive: true, force: true }));
  afterAll(bed.remove);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gbwl-"));
  });
  afterEach(async () => {
    quietly(bed.boot(folder, 0).kill);
    await rm(folder, { recursive: true });
  });

  async function run(boot: Boot, guest: Handle = bed.handle(), signal = new AbortController().signal) {
    const raw = new Map<string, string>();
    const context = createBootContext({
      ...{ stack, campaign: "gbwl", guest, network: bed.network, boot, parameters: {} },
      saveRaw: async (name, content) => void raw.set(name, content),
      signal,
    });
    try {
      return { raw, samples: await (instantiation as BootWorkload).run(context) };
    } finally {
      await context.close();
    }
  }

  async function expectNothingLeft() {
    const neighbours = execFileSync("ip", ["-n", bed.client, "neigh", "show", "nud", "permanent"], {
      encoding: "utf8",
    });
    expect(neighbours).toBe("");
    expect(execFileSync("ip", ["netns", "pids", bed.client], { encoding: "utf8" })).toBe("");
    expect(await readdir(scratch)).toEqual([]);
  }

  it("agrees with the moment the address came up", { timeout: 10_000 }, async () => {
    const { raw, samples } = await run(bed.boot(folder, 400));
    const { issuedAtMs } = JSON.parse(raw.get("instantiation.json") ?? "");
    const { beforeMs, afterMs } = await addressTimes(folder);
    const first = samples[0];
    expect(first).toMatchObject({ metric: "instantiation", unit: "ms" });
    const repliedAtMs = issuedAtMs + (first?.value ?? 0);
    expect(repliedAtMs).toBeGreaterThan(beforeMs);
    expect(repliedAtMs).toBeLessThan(afterMs + Number(first?.metadata.synGapAtReplyMs) + 1);
    expect(first?.metadata.synGapMedianMs).toBeLessThanOrEqual(1);
    expect(first?.metadata.clockUncertaintyMs).toBeLessThan(0.1);
    expect(first?.metadata.reply).toBe("RST");
    expect(raw.get("tcpdump.txt")).toMatch(/Flags \[S\].*\n(.*\n)*.*Flags \[R\.\]/);

    const byMetric = Object.fromEntries(samples.map((sample) => [sample.metric, sample.value]));
    expect(byMetric["monitor process"]).toBeLessThan(100);
    expect(byMetric["command returned"]).toBeLessThan(200);
    expect(byMetric["first console byte"]).toBeGreaterThan(0);
    expect(byMetric["first console byte"]).toBeLessThan(byMetric.instantiation ?? 0);
    await expectNothingLeft();
  });

  it("refuses a guest that has power", async () => {
    const boot = { ...bed.boot(folder, 0), status: { argv: ["echo", "on"], on: "on" } };
    await expect(run(boot)).rejects.toThrow(/already has power/);
  });

  it("refuses a guest that answers before it is started", async () => {
    const boot = bed.boot(folder, 0);
    await bed.addAddress();
    const lying = { ...boot, start: ["true"], status: { argv: ["echo", "off"], on: "on" } };
    await expect(run(lying)).rejects.toThrow(/answered .* ms before it was started/);
    await expectNothingLeft();
  });

  it("fails at the deadline where no reply comes", async () => {
    const guest = bed.handle({ ready: { type: "ping", deadlineMs: 300 } });
    const dark = { ...bed.boot(folder, 0), start: ["true"] };
    await expect(run(dark, guest)).rejects.toThrow(/sent no reply within 0.3 s/);
    await expectNothingLeft();
  });

  it("stops everything when interrupted", async () => {
    const controller = new AbortController();
    const dark = { ...bed.boot(folder, 0), start: ["true"] };
    setTimeout(() => controller.abort(new Error("Ctrl-C")), 600);
    const startedAt = performance.now();
    await expect(run(dark, bed.handle(), controller.signal)).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(execFileSync("ip", ["netns", "pids", bed.client], { encoding: "utf8" })).toBe("");
    expect(await readdir(scratch)).toEqual([]);
    execFileSync("ip", ["-n", bed.client, "neigh", "flush", "nud", "permanent"]);
  });

  it("hands over a start command's failure as the testbed's", async () => {
    const broken = { ...bed.boot(folder, 0), start: ["sh", "-c", "echo no domain >&2; exit 1"] };
    const failing = run(broken);
    await expect(failing).rejects.toThrow(InfraError);
    await expect(failing).rejects.toThrow(/no domain/);
    await expectNothingLeft();
  });
});
