/**
 * Brings a stack up and down through Pulumi's engine, as `pulumi up` by hand does: same program, same state. Around it:
 * the host's snapshot before and the attestation after, and the way back after a kill.
 */
import type { OutputMap, Stack as PulumiStack } from "@pulumi/pulumi/automation/index.js";
import { obtainFor } from "./artefacts/index.ts";
import { engine, forget, type StepOptions, workspace } from "./engine.ts";
import { captureEnvironment } from "./environment/capture.ts";
import type { Environment } from "./environment/schema.ts";
import { ConfigError } from "./errors.ts";
import { askHost, openHostForPlan } from "./hosts/assumed.ts";
import { attestHost, nothingLeft, type TeardownReport, teardownReport } from "./hosts/attest.ts";
import { noteContainers } from "./hosts/containers.ts";
import { restoreDaemons } from "./hosts/daemons.ts";
import { type EmulatedHost, emulatedHost, whyNotEmulated } from "./hosts/emulated.ts";
import { isShared, type Lease, type LeaseRequest, noLease, takeLease } from "./hosts/lease.ts";
import { readMarkers } from "./hosts/objects.ts";
import { hostShell } from "./hosts/open.ts";
import { probeHost } from "./hosts/probe.ts";
import { thisMachine } from "./hosts/shell.ts";
import { checkOwner, recordBefore } from "./hosts/snapshot.ts";
import { disconnect } from "./hosts/ssh.ts";
import { endStrays, sweep } from "./hosts/sweep.ts";
import { changedByOthers, describeSettings, settingsToCome, tuneHost } from "./hosts/tune.ts";
import { listStacks, loadStack } from "./load.ts";
import { type OfferedGuest, offersOn } from "./offers.ts";
import { type Outputs, outputsSchema } from "./outputs.ts";
import { mapValues } from "./program.ts";
import { checkHost, type Stack } from "./stack.ts";
import { toolchainStatus } from "./toolchain/index.ts";

export type { Lease } from "./hosts/lease.ts";
export type { Stack } from "./stack.ts";
export { listStacks, loadStack };

/** Operation → number of resources, e.g. { create: 0, same: 12 }. */
export type Changes = Record<string, number>;

export interface PlannedGuests {
  guests: Record<string, OfferedGuest>;
  /** Why the host was not asked and the stack was believed; null where it was asked. */
  assumed: string | null;
}

/**
 * What each declared guest offers on the stack's host; changes nothing. Where the host cannot be asked, it throws, or
 * believes what the stack declares.
 */
export async function plannedGuests(stack: Stack, otherwise: "throw" | "believe" = "throw"): Promise<PlannedGuests> {
  const host = otherwise === "believe" ? openHostForPlan(stack) : askHost(stack);
  checkHost(stack, host.context.facts, host.context.settings.refusals);
  return { guests: offersOn(stack, host), assumed: host.assumed };
}

/** Throws where the stack leaves open how its host is reached. */
export function checkAccess(stack: Stack): void {
  hostShell(stack);
}

/** What a user should know of the host before anything is made: settings it lacks, and those that others changed. */
export function hostNotes(stack: Stack): string[] {
  if (emulatedHost(stack)?.running === false) return [];
  const shell = hostShell(stack);
  const { lacking } = tuneHost(stack, shell);
  return [...lacking.map((what) => `${what}: left as it is`), ...changedByOthers(stack.name, shell)];
}

export async function preview(name: string, options: StepOptions = {}): Promise<{ changes: Changes }> {
  const declared = await loadStack(name);
  if (emulatedHost(declared)?.running !== false) restoreDaemons(name, hostShell(declared));
  const stack = await workspace(name);
  const result = await engine("preview", options, (o) => stack.preview(o));
  return { changes: result.changeSummary as Changes };
}

export async function up(name: string, options: StepOptions = {}): Promise<{ changes: Changes; outputs: Outputs }> {
  const declared = await loadStack(name);
  if (declared.host.access.type !== "ssh" && process.getuid?.() !== 0)
    throw new ConfigError("provisioning on this machine needs root: run it with sudo");
  await obtainFor(declared);
  const stack = await workspace(name);
  await prepareHost(declared, stack);
  const result = await engine("up", options, (o) => stack.up(o));
  return { changes: (result.summary.resourceChanges ?? {}) as Changes, outputs: parseOutputs(result.outputs) };
}

/** Checks and records the host before anything is changed; there is nothing to check on one that is yet to be emulated. */
async function prepareHost(declared: Stack, stack: PulumiStack): Promise<void> {
  const { name } = declared;
  const emulated = emulatedHost(declared);
  const lacking = emulated && whyNotEmulated(emulated);
  if (lacking !== null) throw new ConfigError(lacking);
  if (emulated !== null) recordBefore(name, thisMachine);
  if (emulated?.running === false) {
    // one that died took with it whatever the state still knows
    disconnect(name);
    sweep(name, thisMachine);
    return forget(stack);
  }
  const shell = hostShell(declared);
  const facts = probeHost(shell);
  if (!facts.root) throw new ConfigError(`provisioning ${shell.name} needs root`);
  checkHost(declared, facts, tuneHost(declared, shell).refusals);
  recordBefore(name, shell);
  restoreDaemons(name, shell);
}

/** URNs of an emulated host itself: its component, its image and the process; what lies on it is not among them. */
function machineUrns(stack: string, { lab, object }: EmulatedHost): string[] {
  const root = `urn:pulumi:${stack}::guestbench::pulumi:pulumi:Stack::guestbench-${stack}`;
  const under = (name: string) => `urn:pulumi:${stack}::guestbench::guestbench:host$command:local:Command::${name}`;
  const component = `urn:pulumi:${stack}::guestbench::guestbench:host::host`;
  return [root, component, under(`build-lab-${lab}`), under(`${object.kind}-${object.name}`)];
}

function parseOutputs(map: OutputMap): Outputs {
  return outputsSchema.parse(mapValues(map, ({ value }) => value as unknown));
}

/**
 * Takes down what the engine knows, then what only the host's own record knows; says what the latter was. An emulated
 * host stays, empty, until it was attested.
 */
export async function destroy(name: string, options: StepOptions = {}): Promise<{ changes: Changes; swept: string[] }> {
  const declared = await loadStack(name);
  const emulated = emulatedHost(declared);
  const stack = await workspace(name);
  if (emulated !== null && !emulated.running) {
    const swept = sweep(name, thisMachine);
    await forget(stack);
    return { changes: {}, swept };
  }
  const shell = hostShell(declared);
  checkOwner(name, shell);
  const restored = restoreDaemons(name, shell);
  noteContainers(name, shell, readMarkers(name, shell));
  const exclude = emulated ? machineUrns(name, emulated) : [];
  const result = await engine("destroy", options, (o) => stack.destroy({ ...o, ...(emulated ? { exclude } : {}) }));
  // what failed half-way while it was made is no resource of the engine's, but it has a marker
  const swept = [...restored, ...sweep(name, shell)];
  return { changes: (result.summary.resourceChanges ?? {}) as Changes, swept };
}

/**
 * Compares the host with what it was before `up`, and looks for everything that the stack touched. An emulated host is
 * then switched off, and this machine looked at as well.
 */
export async function attest(
  name: string,
  { lease = noLease, ...options }: StepOptions & { lease?: Lease } = {},
): Promise<TeardownReport> {
  const declared = await loadStack(name);
  const emulated = emulatedHost(declared);
  const hosts = emulated?.running === false ? [] : [attestHost(name, hostShell(declared))];
  if (emulated !== null) {
    const stack = await workspace(name);
    disconnect(name);
    if (emulated.running) await engine("destroy", options, (o) => stack.destroy(o));
    sweep(name, thisMachine);
    hosts.push(attestHost(name, thisMachine, " of this machine"));
  }
  const report = teardownReport(name, hosts, new Date());
  if (nothingLeft(report)) lease.onRelease(() => disconnect(name));
  return report;
}

/**
 * Holds the stack's host, so that nobody else measures there or changes it at the same time; or says who does. To be
 * asked by who holds the stack itself.
 */
export async function takeHost(request: LeaseRequest): Promise<{ lease: Lease } | { busy: string }> {
  const stack = await loadStack(request.stack);
  return isShared(stack.host.access) ? takeLease(hostShell(stack), request) : { lease: noLease };
}

/**
 * The way back after a kill or a power loss: ends processes that were left, releases the engine's lock, destroys what
 * the state knows, sweeps what it does not know. Each step says what it did.
 */
export async function recover(name: string, options: StepOptions = {}): Promise<{ actions: string[] }> {
  const declared = await loadStack(name);
  const shell = emulatedHost(declared)?.running === false ? thisMachine : hostShell(declared);
  const actions = await endStrays(name);
  if (shell.prefix.length > 0) actions.push(...(await endStrays(name, shell)));
  const stack = await workspace(name);
  try {
    await stack.cancel();
    actions.push("released the lock of Pulumi's state, where there was one");
  } catch {
    // not locked
  }
  try {
    const { changes, swept } = await destroy(name, options);
    if (changes.delete) actions.push(`destroyed ${changes.delete} resources`);
    actions.push(...swept);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    actions.push(
      `destroy failed (${(error as Error).message.split("\n")[0]}); removing by the host's own record`,
      ...sweep(name, shell),
    );
    await forget(stack);
    actions.push("emptied Pulumi's state of what is gone");
  }
  return { actions };
}

/** Whether there is a host before `up`: an emulated one is made by it. */
export async function hasHost(name: string): Promise<boolean> {
  return emulatedHost(await loadStack(name))?.running ?? true;
}

/** What a result depends on: the host, what its guests were made of, and the tools that made them. */
export async function environment(name: string, outputs: Outputs | null): Promise<Environment> {
  if (!(await hasHost(name)))
    throw new ConfigError(`the host of stack ${name} is made by \`guestbench up --stack ${name}\`, and is not running`);
  const stack = await loadStack(name);
  const host = hostShell(stack);
  const parts = await toolchainStatus();
  const toolchain = parts.flatMap(({ title, version }) => (version ? [[title, version] as const] : []));
  return captureEnvironment({
    stack: name,
    sh: (script) => host.sh(script),
    settings: describeSettings(host),
    pending: outputs === null ? settingsToCome(stack) : [],
    outputs,
    toolchain: Object.fromEntries(toolchain),
  });
}
