import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { testEnvironment } from "../../infra/environment/testing.ts";
import { ConfigError, InfraError } from "../../infra/errors.ts";
import { Estimates } from "../campaign/estimates.ts";
import { folderAt, readCampaign } from "../campaign/folder.ts";
import { readJournal } from "../campaign/journal.ts";
import { guestsOf, planCells } from "../campaign/plan.ts";
import type { Environment } from "../campaign/results.ts";
import { measureCampaign } from "../campaign/run.ts";
import { testSpec } from "../campaign/test-workloads.ts";
import { type Testbed, testbed, testOutputs, testTeardown } from "../campaign/testbed.ts";
import { type CampaignRequest, runCampaign, type Services } from "./lifecycle.ts";
import { Interrupted } from "./signals.ts";

let dir: string;
let bed: Testbed;
let did: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "gb-life-"));
  bed = testbed();
  did = [];
});

const environment = (release: string): Environment =>
  testEnvironment(({ kernel }) => {
    kernel.release = release;
  });

function services(changes: Partial<Services> = {}): Services {
  const note = (what: string) => void did.push(what);
  return {
    up: async () => {
      note("up");
      return testOutputs();
    },
    environment: async () => environment("6.1"),
    replan: (outputs) => planCells([testSpec], guestsOf(outputs), bed.parts.findWorkload),
    measure: (campaign, folder, _outputs, _news, signal) => {
      note("measure");
      return measureCampaign(campaign, folder, { ...bed.parts, signal });
    },
    measureEstimateMs: () => 1000,
    firstEstimateMs: () => 1000,
    destroy: async () => note("destroy"),
    attest: async () => {
      note("attest");
      return testTeardown(true);
    },
    progress: { step: (_title, _estimate, body) => body(() => {}) },
    estimates: new Estimates(join(dir, "estimates.json")),
    now: () => bed.parts.clock.now(),
    ...changes,
  };
}

const request = (changes: Partial<CampaignRequest> = {}): CampaignRequest => ({
  stack: { name: "test", baseline: "host" },
  ...{ seed: "7", budgetMs: null, keep: false, toolVersion: "0.1.0", resume: null },
  resultsDir: join(dir, "results"),
  signal: new AbortController().signal,
  ...changes,
});
const events = (path: string) => readJournal(join(path, "journal.jsonl")).events;
const steps = (path: string) =>
  events(path).flatMap((e) => (e.event === "step.finished" ? [`${e.step} ${e.ok ? "ok" : "failed"}`] : []));

describe("runCampaign", () => {
  test("up, measure, destroy, attest; the folder holds everything that analysis reads", async () => {
    const end = await runCampaign(request(), services());
    expect(end).toMatchObject({ outcome: "complete", errors: [], teardown: { clean: true } });
    expect(did).toEqual(["up", "measure", "destroy", "attest"]);
    expect(steps(end.folder.path)).toEqual(["up ok", "measure ok", "destroy ok", "attest ok"]);
    expect(readdirSync(end.folder.path).sort()).toEqual([
      "campaign.json",
      "environment.json",
      "journal.jsonl",
      "raw",
      "teardown.json",
    ]);
    expect(end.campaign).toMatchObject({ seed: "7", baseline: "host", minBoots: 2, guests: { "a.vm": { vcpus: 1 } } });
    expect(readlinkSync(join(dir, "results", "latest"))).toBe(end.folder.id);
    expect(events(end.folder.path).at(-1)).toMatchObject({
      event: "campaign.finished",
      outcome: "complete",
      error: null,
    });
    expect(Object.keys(JSON.parse(readFileSync(join(dir, "estimates.json"), "utf8")))).toContain("test/up");
  });

  test("--keep leaves the stack up", async () => {
    const end = await runCampaign(request({ keep: true }), services());
    expect(did).toEqual(["up", "measure"]);
    expect(end.teardown).toBeNull();
  });

  test("a host that is refused leaves no trace of a campaign", async () => {
    const refused = () => Promise.reject(new ConfigError("in use by X"));
    await expect(runCampaign(request({ onNamed: refused }), services())).rejects.toThrow("in use by X");
    expect(did).toEqual([]);
    expect(existsSync(join(dir, "results"))).toBe(false);
  });

  test.each([
    ["up", { up: async () => Promise.reject(new InfraError("no bridge")) }],
    ["environment", { environment: async () => Promise.reject(new InfraError("no bridge")) }],
    ["measure", { measure: async () => Promise.reject(new InfraError("no bridge")) }],
  ])("a failure in %s: destroyed and attested all the same, recorded", async (_, changes) => {
    const end = await runCampaign(request(), services(changes));
    expect(did.slice(-2)).toEqual(["destroy", "attest"]);
    expect(end.outcome).toBe("failed");
    expect(end.errors).toHaveLength(1);
    expect(events(end.folder.path).at(-1)).toMatchObject({ outcome: "failed", error: "no bridge" });
  });

  test("a destroy that fails makes the campaign failed, but is followed by the attestation", async () => {
    const end = await runCampaign(request(), services({ destroy: () => Promise.reject(new InfraError("busy")) }));
    expect(did).toEqual(["up", "measure", "attest"]);
    expect(end.outcome).toBe("failed");
  });

  test.each(["up", "measure"])(
    "an interruption during %s: destroyed, attested, outcome interrupted",
    async (during) => {
      const abort = new AbortController();
      const reason = new Interrupted("SIGINT");
      const changes: Partial<Services> =
        during === "up"
          ? {
              up: async () => {
                abort.abort(reason);
                throw reason;
              },
            }
          : {};
      bed.value = () => {
        abort.abort(reason);
        return 5;
      };
      const end = await runCampaign(request({ signal: abort.signal }), services(changes));
      expect(end.outcome).toBe("interrupted");
      expect(did.slice(-2)).toEqual(["destroy", "attest"]);
      expect(events(end.folder.path).at(-1)).toMatchObject({ outcome: "interrupted", error: null });
      expect(bed.on.size).toBe(0);
    },
  );

  test("a disk that is full when the plan is written: the testbed is taken down", async () => {
    const end = await runCampaign(
      request(),
      services({ environment: async () => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) }),
    );
    expect(did).toEqual(["up", "destroy", "attest"]);
    expect(end.outcome).toBe("failed");
  });
});

test("a lease that is lost in the middle ends the campaign with that reason, cleaned up", async () => {
  const lost = new AbortController();
  bed.value = () => {
    lost.abort(new InfraError("this machine was taken over by X"));
    return 5;
  };
  const end = await runCampaign(request({ signal: AbortSignal.any([lost.signal]) }), services());
  expect(end).toMatchObject({ outcome: "failed", errors: [new InfraError("this machine was taken over by X")] });
  expect(did.slice(-2)).toEqual(["destroy", "attest"]);
  expect(events(end.folder.path).at(-1)).toMatchObject({ error: "this machine was taken over by X" });
});

test("an error that nobody caught ends the campaign as failed, cleaned up", async () => {
  const abort = new AbortController();
  bed.value = () => {
    abort.abort(new TypeError("oops"));
    return 5;
  };
  const end = await runCampaign(request({ signal: abort.signal }), services());
  expect(end).toMatchObject({ outcome: "failed", errors: [new TypeError("oops")] });
  expect(did.slice(-2)).toEqual(["destroy", "attest"]);
});

describe("resuming", () => {
  async function interrupted() {
    const abort = new AbortController();
    bed.value = (_, guest) => {
      if (guest === "b.vm") abort.abort(new Interrupted("SIGINT"));
      return 5;
    };
    const end = await runCampaign(request({ signal: abort.signal }), services());
    bed.value = () => 5;
    return folderAt(end.folder.path);
  }

  test("goes on in the same folder with the same seed; no finished run is repeated", async () => {
    const folder = await interrupted();
    const before = readFileSync(folder.journal, "utf8");
    const end = await runCampaign(request({ resume: folder, seed: null }), services());
    expect(end.outcome).toBe("complete");
    expect(readFileSync(folder.journal, "utf8").startsWith(before)).toBe(true);
    const runs = events(folder.path).flatMap((e) => (e.event === "run.finished" ? [`${e.cell} ${e.block}`] : []));
    expect(new Set(runs).size).toBe(runs.length);
    expect(readCampaign(folder)?.seed).toBe("7");
  });

  test("refuses where guests or environment differ, and takes down what it had provisioned", async () => {
    const folder = await interrupted();
    did = [];
    const other = await runCampaign(
      request({ resume: folder }),
      services({ environment: async () => environment("6.2") }),
    );
    expect(other.errors[0]).toBeInstanceOf(ConfigError);
    expect(String(other.errors[0])).toMatch(/Kernel: release: was 6\.1, is 6\.2/);
    expect(did).toEqual(["up", "destroy", "attest"]);
    const bigger = async () => {
      const outputs = testOutputs();
      (outputs.guests["a.vm"] as { vcpus: number }).vcpus = 2;
      return outputs;
    };
    const changed = await runCampaign(request({ resume: folder }), services({ up: bigger }));
    expect(String(changed.errors[0])).toMatch(/guests\.a\.vm\.vcpus: was 1, is 2/);
  });
});
