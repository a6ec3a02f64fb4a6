/**
 * Gives a workload its hands: commands in the guest, at the client and on the host, built from a guest's handle and its
 * network. Every process it starts carries the stack and the campaign in its environment and is gone after `close`.
 */
import type { Boot, Handle, NetworkOutput } from "../../infra/outputs.ts";
import { runtimeDir } from "../../infra/toolchain/paths.ts";
import type { BackgroundCommand, BootContext, Parameters, WorkloadContext } from "../workloads/workload.ts";
import { startBackground } from "./background.ts";
import { quote, runCommand } from "./command.ts";
import { checkGuestResult, guestArgv, newMark, signalInGuest } from "./guest-shell.ts";

export interface ContextOptions {
  stack: string;
  /** The campaign's id. */
  campaign: string;
  guest: Handle;
  network: NetworkOutput;
  parameters: Parameters;
  boot: Boot | null;
  saveRaw(name: string, content: string): Promise<void>;
  signal: AbortSignal;
}

interface Closable {
  /** Ends every background command that still runs. Call it however the workload ended. */
  close(): Promise<void>;
}

/** The marks by which `recover` finds what a killed campaign left running. */
export function marks(stack: string, campaign: string): Record<string, string> {
  return { GUESTBENCH_STACK: stack, GUESTBENCH_CAMPAIGN: campaign };
}

export function createContext(options: ContextOptions): WorkloadContext & Closable {
  const { guest, network, signal } = options;
  const env = marks(options.stack, options.campaign);
  const running: BackgroundCommand[] = [];
  return {
    guest,
    network,
    signal,
    parameters: options.parameters,
    boot: options.boot,
    saveRaw: options.saveRaw,
    scratchDir: runtimeDir(options.stack),
    async inGuest(command, run) {
      const mark = newMark();
      const argv = guestArgv(guest, command, mark);
      const result = await runCommand(argv, {
        ...{ timeoutMs: run.timeoutMs, allowFailure: true, signal, env },
        shown: `\`${command}\` in guest ${guest.name}`,
        sweep: () => signalInGuest(guest, mark, "SIGKILL", signal),
      });
      return checkGuestResult(guest, command, result, run.allowFailure);
    },
    inClient: (argv, run) => runCommand([...network.client.argv, ...argv], { ...run, signal, env }),
    onHost: (argv, run) => runCommand(argv, { ...run, signal, env }),
    async background(where, argv) {
      const mark = newMark();
      const places = {
        guest: () => guestArgv(guest, `exec ${argv.map(quote).join(" ")}`, mark),
        client: () => [...network.client.argv, ...argv],
        host: () => argv,
      };
      const signalElsewhere = (name: string) => signalInGuest(guest, mark, name, signal);
      const command = startBackground(places[where](), {
        ...{ env, signal },
        ...(where === "guest" ? { signalElsewhere } : {}),
      });
      running.push(command);
      return command;
    },
    async close() {
      await Promise.all(running.map((command) => command.stop("SIGTERM")));
    },
  };
}

/** As `createContext`, for a workload that powers the guest itself. */
export function createBootContext(options: ContextOptions & { boot: Boot }): BootContext & Closable {
  return {
    ...createContext(options),
    boot: options.boot,
    start: () => startGuest(options.guest, options.boot, options),
  };
}

/** Issues the boot's start command; what it leaves running is the guest. */
export async function startGuest(
  guest: Handle,
  boot: Boot,
  options: Pick<ContextOptions, "stack" | "campaign" | "signal">,
): Promise<void> {
  await runCommand(boot.start, {
    ...{ timeoutMs: guest.ready.deadlineMs, failure: "infra", keepChildren: true },
    ...{ signal: options.signal, env: marks(options.stack, options.campaign) },
  });
}
