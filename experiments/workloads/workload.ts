/** What a workload is: data plus one function that measures. One file per workload, one line in index.ts. */
import type { z } from "zod";
import type { Boot, Handle, NetworkOutput } from "../../infra/outputs.ts";
import type { Sample } from "../campaign/results.ts";

export type Parameters = Record<string, string | number | boolean>;

/** What a command printed and how it ended. */
export interface CommandResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

export interface RunOptions {
  timeoutMs: number;
  /** Accept any exit code; otherwise a non-zero one is a WorkloadError that quotes the output. */
  allowFailure?: boolean;
}

/** A command left running beside the measurement; `stop` ends it (SIGINT, then SIGKILL at a deadline) and returns what it printed. */
export interface BackgroundCommand {
  stop(signal?: "SIGINT" | "SIGTERM"): Promise<CommandResult>;
  /** Resolves when stdout or stderr contains the text; rejects at the deadline or when the command ends first. */
  waitFor(text: string, deadlineMs: number): Promise<void>;
  /** Resolves when the command has ended, by itself or by `stop`. */
  readonly ended: Promise<CommandResult>;
}

/** Everything a workload may touch: the guest, the load generator's place, the host, and the raw store. */
export interface WorkloadContext {
  guest: Handle;
  network: NetworkOutput;
  parameters: Parameters;
  /** The boot profile in use; null for stage `static` and for guests that are always on. */
  boot: Boot | null;
  /** Runs a shell command inside the guest. */
  inGuest(command: string, options: RunOptions): Promise<CommandResult>;
  /** Runs an argv where the load generator lives. */
  inClient(argv: readonly string[], options: RunOptions): Promise<CommandResult>;
  /** Runs an argv of the guest's handle, which says itself where it runs. */
  byHandle(argv: readonly string[], options: RunOptions): Promise<CommandResult>;
  /** Runs an argv on the host. */
  onHost(argv: readonly string[], options: RunOptions): Promise<CommandResult>;
  background(where: "guest" | "client" | "host", argv: readonly string[]): Promise<BackgroundCommand>;
  /** The end of a text file on the host. */
  readHostFile(path: string): Promise<string>;
  /** Whether the host is another machine: then its clock and its files are not this process's. */
  remote: boolean;
  /** Folder on the host for files that end with the run; `recover` clears it after a kill. May have to be made. */
  scratchDir: string;
  /** Stores a tool's output as printed; the name is a file name such as iperf3.json. */
  saveRaw(name: string, content: string): Promise<void>;
  signal: AbortSignal;
}

/** When a start command began by the clock of the host, in milliseconds since the epoch; null: the host is this machine. */
export interface Started {
  issuedAtMs: number | null;
}

/** Extra for stage `boot`: the workload issues the start command itself. */
export interface BootContext extends WorkloadContext {
  boot: Boot;
  /**
   * Issues the boot's start command and resolves when that command has returned. Timing is the workload's own, but for
   * a host that is another machine.
   */
  start(): Promise<Started>;
}

interface WorkloadBase<P extends Parameters> {
  name: string;
  title: string;
  /** Primary metric, its unit and which way is better. */
  metric: string;
  unit: string;
  direction: "lower" | "higher";
  /** Primary metric and unit of one parametrisation, where they depend on it. */
  measures?(parameters: P): { metric: string; unit: string };
  parameters: z.ZodType<P>;
  /** Short label of one parametrisation, e.g. `iperf3 Tx`. */
  label(parameters: P): string;
  /** Guest capabilities it needs; a guest without one is a skipped cell with the reason `reasons[capability]`. */
  needs: readonly string[];
  /** What one parametrisation needs besides. */
  needsFor?(parameters: P): readonly string[];
  /** Boot profile it needs; falls back to `standard` where the guest has no such profile. */
  bootProfile: string;
  /**
   * Runs before the one that counts, in each boot (stage `guest` only): for workloads whose first run pays for what later
   * ones find done, such as pages read and mapped. Default: none.
   */
  warmUpRuns?: number;
  /** Expected duration of one run, for plans and progress. */
  estimateMs(parameters: P): number;
}

export interface GuestWorkload<P extends Parameters = Parameters> extends WorkloadBase<P> {
  stage: "guest" | "static";
  run(context: WorkloadContext & { parameters: P }): Promise<Sample[]>;
}

export interface BootWorkload<P extends Parameters = Parameters> extends WorkloadBase<P> {
  stage: "boot";
  run(context: BootContext & { parameters: P }): Promise<Sample[]>;
}

export type Workload<P extends Parameters = Parameters> = GuestWorkload<P> | BootWorkload<P>;

/** Identity helper that keeps the parameter type. */
export function defineWorkload<P extends Parameters>(workload: Workload<P>): Workload<P> {
  return workload;
}
