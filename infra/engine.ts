/** Pulumi's engine by its Automation API: a stack's workspace, one call with progress and plain errors, and an emptied state. */
import { mkdirSync } from "node:fs";
import type { LocalWorkspaceOptions, Stack as PulumiStack } from "@pulumi/pulumi/automation/index.js";
import { engineError } from "./engine-error.ts";
import { InfraError } from "./errors.ts";
import { pulumiEnv } from "./toolchain/index.ts";
import { projectDir, stateDir } from "./toolchain/paths.ts";

export interface StepOptions {
  onProgress?: (progress: { done: number; total: number | null; text: string }) => void;
  signal?: AbortSignal;
}

export async function workspace(name: string): Promise<PulumiStack> {
  // loaded when first needed: it costs most of a second
  const { LocalWorkspace, PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  const env = pulumiEnv(projectDir());
  if (env.PULUMI_BACKEND_URL?.startsWith("file://")) mkdirSync(stateDir(), { recursive: true });
  Object.assign(process.env, { PATH: env.PATH });
  const options: LocalWorkspaceOptions = {
    envVars: { ...env, GUESTBENCH_STACK: name },
    secretsProvider: "passphrase",
    pulumiCommand: await PulumiCommand.get({ skipVersionCheck: true }),
  };
  return LocalWorkspace.createOrSelectStack({ stackName: name, workDir: projectDir() }, options);
}

interface Step {
  metadata: { op: string; urn: string; type: string };
}

/** Options that every engine call shares: progress from its events, plain text, the caller's signal. */
function engineOptions({ onProgress, signal }: StepOptions, text: string[]) {
  let done = 0;
  // what the engine has begun and not finished, the oldest first: that is what everybody waits for
  const running = new Map<string, string>();
  const name = (urn: string) => urn.split("::").slice(-1)[0];
  return {
    color: "never" as const,
    suppressProgress: true,
    ...(signal ? { signal } : {}),
    onOutput: (chunk: string) => void text.push(chunk),
    onEvent: (event: { resourcePreEvent?: Step; resOutputsEvent?: Step }) => {
      const { resourcePreEvent: begun, resOutputsEvent: ended } = event;
      const { op, urn, type } = (begun ?? ended)?.metadata ?? {};
      if (op === undefined || urn === undefined) return;
      // components only hold others
      if (begun && !/^(guestbench|pulumi:pulumi):/.test(type ?? "")) running.set(urn, `${op} ${name(urn)}`);
      else running.delete(urn);
      if (ended) done += 1;
      const [waitingFor] = running.values();
      onProgress?.({ done, total: null, text: waitingFor ?? `${op} ${name(urn)}` });
    },
  };
}

export async function engine<T>(
  step: string,
  options: StepOptions,
  run: (o: ReturnType<typeof engineOptions>) => Promise<T>,
): Promise<T> {
  const text: string[] = [];
  try {
    return await run(engineOptions(options, text));
  } catch (cause) {
    if (options.signal?.aborted) throw options.signal.reason;
    if (String(cause).includes("currently locked")) {
      throw new InfraError("the stack is locked by another or a killed run: wait for it, or run `guestbench recover`", {
        cause,
      });
    }
    throw engineError(step, text.join(""), cause);
  }
}

/** Empties the state: everything it knew of has been removed from the host. */
export async function forget(stack: PulumiStack): Promise<void> {
  const { version, deployment } = await stack.exportStack();
  await stack.importStack({ version, deployment: { ...deployment, resources: [], pending_operations: [] } });
}
