/** A WorkloadContext that answers from functions, for tests of what a workload asks and makes of the answers. */
import { tmpdir } from "node:os";
import type { Handle } from "../../../infra/outputs.ts";
import { plainNetwork, shellGuest } from "../../access/testing.ts";
import type { BootContext, CommandResult, Parameters } from "../workload.ts";

type Answer = string | Partial<CommandResult>;

interface Fakes<P extends Parameters> {
  parameters: P;
  guest?: Partial<Handle>;
  boot?: BootContext["boot"] | null;
  inGuest?(command: string): Answer;
  inClient?(argv: string): Answer;
  onHost?(argv: string): Answer;
  /** What a background command prints; it runs until stopped unless `ends` is given. */
  background?(argv: string): { prints?: string; ends?: Partial<CommandResult> };
}

export function fakeContext<P extends Parameters>(fakes: Fakes<P>) {
  const raw = new Map<string, string>();
  const asked: string[] = [];
  const answer = (where: string, reply?: (text: string) => Answer) => async (what: string | readonly string[]) => {
    const text = typeof what === "string" ? what : what.join(" ");
    asked.push(`${where}: ${text}`);
    const given = reply?.(text) ?? "";
    return { stdout: "", stderr: "", exitCode: 0, ...(typeof given === "string" ? { stdout: given } : given) };
  };
  const context = {
    guest: shellGuest(fakes.guest),
    network: plainNetwork(),
    parameters: fakes.parameters,
    boot: fakes.boot ?? null,
    inGuest: answer("guest", fakes.inGuest),
    inClient: answer("client", fakes.inClient),
    byHandle: answer("host", fakes.onHost),
    onHost: answer("host", fakes.onHost),
    async background(where: string, argv: readonly string[]) {
      asked.push(`background ${where}: ${argv.join(" ")}`);
      const { prints = "", ends } = fakes.background?.(argv.join(" ")) ?? {};
      const result = { stdout: prints, stderr: "", exitCode: 0, ...ends };
      const { promise, resolve } = Promise.withResolvers<CommandResult>();
      if (ends) resolve(result);
      return {
        ended: promise,
        async stop() {
          asked.push(`stop: ${argv[0]}`);
          resolve(result);
          return result;
        },
        async waitFor() {},
      };
    },
    scratchDir: tmpdir(),
    async saveRaw(name: string, content: string) {
      raw.set(name, content);
    },
    signal: new AbortController().signal,
    remote: false,
    readHostFile: async () => "",
    start: async () => ({ issuedAtMs: null }),
  };
  // A workload of any stage takes it: stages that do not boot ignore what is theirs alone.
  return { context: context as typeof context & { boot: BootContext["boot"] }, raw, asked };
}
