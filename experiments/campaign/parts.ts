/** The real parts of the engine: guests reached by their handles, workloads from the registry, this machine's clock. */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { InfraError } from "../../infra/errors.ts";
import type { Boot, Handle, NetworkOutput, Outputs } from "../../infra/outputs.ts";
import { runCommand } from "../access/command.ts";
import { createContext, marks, readHostFile, waitReady } from "../access/index.ts";
import { findWorkload } from "../workloads/index.ts";
import { type Parts, systemClock } from "./engine.ts";
import { handlePower } from "./power.ts";
import type { Campaign } from "./results.ts";
import { type Look, lookScript, parseLook, watchHost } from "./surroundings.ts";

export function realParts(
  campaign: Pick<Campaign, "id" | "stack">,
  outputs: Outputs,
  signal: AbortSignal,
  watch: Pick<Parts, "onEvent" | "remember"> = {},
): Parts {
  const names = { stack: campaign.stack, campaign: campaign.id };
  return {
    outputs,
    power: handlePower(campaign.stack, campaign.id, outputs.host.run),
    readConsole: (path) => readHostFile(outputs.host.run, path),
    async ready(handle, boot, abort) {
      const env = marks(campaign.stack, campaign.id);
      await waitReady(handle, {
        network: networkOf(outputs, handle),
        boot,
        signal: abort,
        env,
        hostRun: outputs.host.run,
      });
    },
    context: ({ handle, boot, cell, rawDir, signal: abort }) =>
      createContext({
        ...names,
        hostRun: outputs.host.run,
        guest: handle,
        network: networkOf(outputs, handle),
        parameters: cell.parameters,
        boot,
        saveRaw: (name, content) => saveRaw(rawDir, name, content),
        signal: abort,
      }),
    watch: (boot) => watchHost(() => lookAtHost(outputs, boot)),
    findWorkload,
    clock: systemClock,
    signal,
    ...watch,
  };
}

async function lookAtHost({ host }: Outputs, boot: Boot | null): Promise<Look> {
  const options = { timeoutMs: 5_000, failure: "infra", allowFailure: true } as const;
  const guest = boot?.pid ? (await runCommand(boot.pid, options)).stdout.trim() : "";
  const argv = [...host.run, "sh", "-c", lookScript, "look", /^\d+$/.test(guest) ? guest : ""];
  return parseLook((await runCommand(argv, options)).stdout);
}

function networkOf(outputs: Outputs, handle: Handle): NetworkOutput {
  const network = outputs.networks[handle.network];
  if (!network) throw new InfraError(`network ${handle.network} of guest ${handle.name} is not in the stack's outputs`);
  return network;
}

async function saveRaw(dir: string, name: string, content: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, basename(name)), content, { flush: true });
}
