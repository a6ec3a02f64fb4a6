/** For tests: an imaginary testbed with its own clock, in which everything happens at once and anything can fail. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { InfraError } from "../../infra/errors.ts";
import type { Boot, Handle, Outputs } from "../../infra/outputs.ts";
import type { Spec } from "../specs/spec.ts";
import type { Parts } from "./engine.ts";
import { type CampaignFolder, createFolder, writeCampaign } from "./folder.ts";
import { openJournal } from "./journal.ts";
import { guestsOf, planCells } from "./plan.ts";
import type { Power } from "./power.ts";
import type { Campaign, Surroundings, Teardown } from "./results.ts";
import type { StopRule } from "./stop.ts";
import { testSpec, testWorkloads } from "./test-workloads.ts";

function testBoot(name: string): Boot {
  return {
    start: ["start", name],
    stop: ["stop", name],
    kill: ["kill", name],
    status: { argv: ["status", name], on: "on" },
    pid: null,
    console: null,
    memory: null,
  };
}

export function testHandle(name: string, boots: boolean): Handle {
  return {
    name,
    platform: boots ? "vm" : "metal",
    image: "debian",
    network: "net",
    architecture: "x86_64",
    vcpus: 1,
    memoryMiB: 1024,
    cpus: null,
    accelerator: boots ? "tcg" : "none",
    functionalOnly: null,
    address: "198.18.0.10",
    mac: null,
    interface: "gbt-0",
    capabilities: ["shell", "network", ...(boots ? ["power"] : [])],
    access: { type: "exec", argv: ["sh", "-c"] },
    ready: { type: "shell", deadlineMs: 1000 },
    boots: boots ? { standard: testBoot(name) } : {},
    imageFiles: [],
    settings: {},
  };
}

export function testOutputs(): Outputs {
  const client = { argv: ["env"], address: "198.18.0.2", interface: "gb-c", cpus: null };
  return {
    schemaVersion: 1,
    stack: "test",
    host: {
      name: "h",
      architecture: "x86_64",
      cpuModel: "cpu",
      cpus: 2,
      memoryMiB: 4096,
      kernel: "6.1",
      os: "Debian 12",
      virtualized: null,
      accelerator: { name: "tcg", reason: "test" },
      tools: {},
      runtimeDir: "/run/guestbench/test",
      run: [],
    },
    networks: {
      net: {
        type: "tap-bridge",
        subnet: "198.18.0.0/24",
        hostAddress: "198.18.0.1",
        bridge: "gbr0",
        client,
        settings: {},
      },
    },
    images: {},
    guests: {
      host: testHandle("host", false),
      "a.vm": testHandle("a.vm", true),
      "b.vm": testHandle("b.vm", true),
    },
    unavailable: {},
  };
}

export function testTeardown(clean: boolean): Teardown {
  const left = "gbr0 bridge";
  const check = { kind: "interfaces", command: "ip link", before: [], after: clean ? [] : [left], missing: [] };
  const found = { leftovers: clean ? [] : [left], changed: [], remedies: clean ? {} : { [left]: "ip link del gbr0" } };
  const at = "2026-01-01T00:00:00.000Z";
  return {
    ...{ schemaVersion: 1, stack: "test", at, clean, compared: true, touched: [], notes: [] },
    checks: [{ ...check, ...found }],
  };
}

export interface Testbed {
  campaign: Campaign;
  folder: CampaignFolder;
  parts: Parts;
  abort: AbortController;
  /** What had power, when: one line per change. */
  log: string[];
  on: Set<string>;
  /** Replace any of these to make things fail. */
  onStart(guest: string): void;
  onReady(guest: string): void;
  value(name: string, guest: string): number | Error;
  /** What the host does while a run lasts. */
  surroundings(): Surroundings | null;
}

export interface TestbedOptions extends Partial<StopRule> {
  budgetMs?: number;
  spec?: Spec;
  dir?: string;
  /** Of every workload that runs in a guest. */
  warmUpRuns?: number;
}

export function testbed(options: TestbedOptions = {}): Testbed {
  let now = Date.UTC(2026, 0, 1);
  const on = new Set<string>();
  const log: string[] = [];
  const abort = new AbortController();
  const outputs = testOutputs();
  const spend = (ms: number) => {
    now += ms;
  };
  const nameOf = (boot: Boot) => boot.start[1] ?? "";
  const power: Power = {
    async start(_handle, boot) {
      spend(10);
      bed.onStart(nameOf(boot));
      on.add(nameOf(boot));
      log.push(`start ${nameOf(boot)} (${on.size} on)`);
      return { issuedAtMs: null };
    },
    isOn: async (boot) => on.has(nameOf(boot)),
    async stop(boot) {
      spend(100);
      if (on.delete(nameOf(boot))) log.push(`stop ${nameOf(boot)}`);
      return "stopped";
    },
    async kill(boot) {
      if (on.delete(nameOf(boot))) log.push(`kill ${nameOf(boot)}`);
    },
  };
  const workloads = testWorkloads((name, guest) => {
    spend(1000);
    log.push(`run ${name} on ${guest}`);
    return bed.value(name, guest);
  });
  const findWorkload = (name: string) => {
    const workload = workloads[name];
    if (!workload) throw new Error(`unknown workload "${name}"`);
    return workload.stage === "guest" ? { ...workload, warmUpRuns: options.warmUpRuns ?? 0 } : workload;
  };
  const plan = planCells([options.spec ?? testSpec], guestsOf(outputs), findWorkload, options);
  const folder = createFolder(options.dir ?? mkdtempSync(join(tmpdir(), "gb-campaign-")), "test-20260101T000000Z-0000");
  const campaign: Campaign = {
    schemaVersion: 1,
    id: folder.id,
    createdAt: new Date(now).toISOString(),
    stack: "test",
    baseline: "host",
    specs: [],
    seed: "seed",
    ...plan.stopRule,
    budgetMs: options.budgetMs ?? null,
    environmentHash: "0",
    guests: {},
    cells: plan.cells,
    skipped: plan.skipped,
    toolVersion: "0",
  };
  writeCampaign(folder, campaign);
  const journal = openJournal(folder.journal);
  journal.append({ event: "campaign.started", at: new Date(now).toISOString(), pid: process.pid });
  journal.close();
  const unused = () => {
    throw new InfraError("not in this test");
  };
  const bed: Testbed = {
    campaign,
    folder,
    abort,
    log,
    on,
    onStart: () => {},
    onReady: () => {},
    value: () => 5,
    surroundings: () => null,
    parts: {
      outputs,
      power,
      async ready(handle) {
        spend(500);
        bed.onReady(handle.name);
      },
      context: (request) => ({
        guest: request.handle,
        network: outputs.networks.net as Outputs["networks"][string],
        boot: request.boot,
        inGuest: unused,
        inClient: unused,
        byHandle: unused,
        onHost: unused,
        readHostFile: unused,
        remote: false,
        background: unused,
        scratchDir: "/nowhere",
        saveRaw: unused,
        signal: request.signal,
        parameters: request.cell.parameters,
        close: async () => {},
      }),
      watch: async () => ({ end: async () => bed.surroundings() }),
      findWorkload,
      readConsole: async (path) => readFileSync(path, "utf8"),
      clock: { now: () => now },
      signal: abort.signal,
    },
  };
  return bed;
}
