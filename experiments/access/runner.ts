/**
 * Gives a workload its hands: commands in the guest, at the client and on the host, built from a guest's handle and its
 * network. Every process it starts carries the stack and the campaign in its environment and is gone after `close`.
 */
import type { Boot, Handle, NetworkOutput } from "../../infra/outputs.ts";
import { runtimeDir } from "../../infra/toolchain/paths.ts";
import type {
  BackgroundCommand,
  BootContext,
  Parameters,
  RunOptions,
  Started,
  WorkloadContext,
} from "../workloads/workload.ts";
import { startBackground } from "./background.ts";
import { quote, runCommand } from "./command.ts";
import { checkGuestResult, guestArgv, newMark, signalInGuest } from "./guest-shell.ts";
import { type HostRun, hostSide, readHostFile } from "./host-side.ts";

export interface ContextOptions {
  stack: string;
  /** The campaign's id. */
  campaign: string;
  /** Puts an argv on the host; empty where the host is this machine. */
  hostRun?: HostRun;
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
  const { guest, network, signal, hostRun = [] } = options;
  const env = marks(options.stack, options.campaign);
  const running: BackgroundCommand[] = [];
  const runOnHost = (argv: readonly string[], run: RunOptions) => {
    const { env: mark, end } = hostSide(hostRun, signal);
    return runCommand(argv, {
      ...run,
      signal,
      env: { ...env, ...mark },
      ...(end ? { sweep: () => end("SIGKILL") } : {}),
    });
  };
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
    inClient: (argv, run) => runOnHost([...network.client.argv, ...argv], run),
    byHandle: runOnHost,
    onHost: (argv, run) => runOnHost([...hostRun, ...argv], run),
    readHostFile: (path) => readHostFile(hostRun, path),
    remote: hostRun.length > 0,
    async background(where, argv) {
      const mark = newMark();
      const places = {
        guest: () => guestArgv(guest, `exec ${argv.map(quote).join(" ")}`, mark),
        client: () => [...network.client.argv, ...argv],
        host: () => [...hostRun, ...argv],
      };
      const side = hostSide(where === "guest" ? [] : hostRun, signal);
      const signalElsewhere = where === "guest" ? (name: string) => signalInGuest(guest, mark, name, signal) : side.end;
      const command = startBackground(places[where](), {
        ...{ env: { ...env, ...side.env }, signal },
        ...(signalElsewhere ? { signalElsewhere } : {}),
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

/**
 * Issues the boot's start command; what it leaves running is the guest. On another machine the moment is taken by that
 * machine's clock, right before the command, since the way there takes time of its own: milliseconds since the epoch.
 */
export async function startGuest(
  guest: Handle,
  boot: Boot,
  options: Pick<ContextOptions, "stack" | "campaign" | "signal" | "hostRun">,
): Promise<Started> {
  const { hostRun = [] } = options;
  const stamped = [...hostRun, "sh", "-c", 'date +%s%N; exec "$@"', "start", ...boot.start.slice(hostRun.length)];
  const { stdout } = await runCommand(hostRun.length === 0 ? boot.start : stamped, {
    ...{ timeoutMs: guest.ready.deadlineMs, failure: "infra", keepChildren: true },
    ...{ signal: options.signal, env: marks(options.stack, options.campaign) },
  });
  const [stamp = ""] = stdout.split("\n");
  return { issuedAtMs: hostRun.length === 0 ? null : Number(stamp) / 1e6 };
}
